import { startFace } from "@/features/page/startFace";
import Door from "./Door.vue";

startFace(Door);
