import { startFace } from "@/features/page/startFace";
import Supervisor from "./Supervisor.vue";

startFace(Supervisor);
