import { startFace } from "@/features/page/startFace";
import Point from "./Point.vue";

startFace(Point);
