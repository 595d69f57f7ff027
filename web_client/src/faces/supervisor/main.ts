import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Supervisor from "./Supervisor.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
void startFace(Supervisor, words, [
  { path: "/", component: Supervisor },
  { path: "/:rest(.*)", redirect: "/" },
]);
