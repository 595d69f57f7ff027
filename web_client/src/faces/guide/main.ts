import { part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const guide = part(() => import("./Guide.vue"));
void startFace(guide, words, [
  { path: "/:role(point|window|supervisor)", component: guide },
  { path: "/:rest(.*)", redirect: "/point" },
]);
