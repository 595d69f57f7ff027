import { h } from "vue";
import FaceDoor from "@/features/entry/FaceDoor.vue";
import { part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import { ROUTES } from "./routes";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const rest = import.meta.glob<Words>("./languages/rest/*.ts", { import: "default" });
const face = part(() => import("./Point.vue"));
const door = () => h(FaceDoor, { title: "pointTitle", face });
void startFace(door, words, ROUTES, rest);
