import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Kit from "./Kit.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
void startFace(Kit, words);
