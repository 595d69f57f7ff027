import { h } from "vue";
import FaceDoor from "@/features/entry/FaceDoor.vue";
import { part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const rest = import.meta.glob<Words>("./languages/rest/*.ts", { import: "default" });
const face = part(() => import("./ClerkWindow.vue"));
const door = () => h(FaceDoor, { title: "windowTitle", face });
void startFace(
  door,
  words,
  [
    { path: "/", name: "desk", component: face },
    { path: "/cases/:caseId", name: "former", component: face },
    { path: "/inbox/:caseId?", name: "inbox", component: face },
    { path: "/:rest(.*)", redirect: "/" },
  ],
  rest,
);
