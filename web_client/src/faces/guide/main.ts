import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Guide from "./Guide.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
void startFace(Guide, words, [
  { path: "/:role(point|window|supervisor)", component: Guide },
  { path: "/:rest(.*)", redirect: "/point" },
]);
