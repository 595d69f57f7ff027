import { startFace } from "@/features/page/startFace";
import ClerkWindow from "./ClerkWindow.vue";

startFace(ClerkWindow);
