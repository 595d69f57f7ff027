import { FROM_THE_TICKET } from "@/features/applicant/steps";
import { followLinks, takeLink } from "@/features/page/link";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Home from "./Home.vue";
import Visit from "./Visit.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
// Before the router reads the address.
takeLink();
followLinks();
void startFace(Visit, words, [
  { path: "/", name: "choose", component: Home, meta: { step: "choose" } },
  ...FROM_THE_TICKET,
]);
