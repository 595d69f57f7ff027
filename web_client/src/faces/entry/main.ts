import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Door from "./Door.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
void startFace(Door, words);
