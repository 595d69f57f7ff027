import { FROM_THE_TICKET } from "@/features/applicant/steps";
import {
  bookingSite,
  followLinks,
  isLinkToRead,
  isLinkToSend,
  keptLink,
  takeLink,
} from "@/features/page/link";
import { part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Home from "./Home.vue";
import Visit from "./Visit.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const rest = import.meta.glob<Words>("./languages/rest/*.ts", { import: "default" });
// Before the router reads the address.
takeLink();
followLinks();
if (bookingSite() !== null)
  void startFace(
    part(() => import("./Book.vue")),
    words,
    [],
    rest,
  );
else if (isLinkToSend(keptLink()))
  void startFace(
    part(() => import("./SendPapers.vue")),
    words,
    [],
    rest,
  );
else if (isLinkToRead(keptLink()))
  void startFace(
    part(() => import("./ReadResult.vue")),
    words,
    [],
    rest,
  );
else {
  const first = { path: "/", name: "choose", component: Home, meta: { step: "choose" } };
  void startFace(Visit, words, [first, ...FROM_THE_TICKET], rest);
}
