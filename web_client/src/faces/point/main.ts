import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Point from "./Point.vue";
import { ROUTES } from "./routes";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
void startFace(Point, words, ROUTES);
