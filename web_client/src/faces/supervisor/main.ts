import { h } from "vue";
import FaceDoor from "@/features/entry/FaceDoor.vue";
import { part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const rest = import.meta.glob<Words>("./languages/rest/*.ts", { import: "default" });
const face = part(() => import("./Supervisor.vue"));
const door = () => h(FaceDoor, { title: "supervisorTitle", face });
void startFace(
  door,
  words,
  [
    { path: "/", component: face },
    { path: "/:rest(.*)", redirect: "/" },
  ],
  rest,
);
