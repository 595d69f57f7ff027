import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import ClerkWindow from "./ClerkWindow.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
void startFace(ClerkWindow, words, [
  { path: "/", name: "desk", component: ClerkWindow },
  { path: "/cases/:caseId", name: "former", component: ClerkWindow },
  { path: "/inbox/:caseId?", name: "inbox", component: ClerkWindow },
  { path: "/:rest(.*)", redirect: "/" },
]);
