import { FROM_THE_TICKET } from "@/features/applicant/steps";
import { followLinks, isLinkToRead, isLinkToSend, keptLink, takeLink } from "@/features/page/link";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Home from "./Home.vue";
import ReadResult from "./ReadResult.vue";
import SendPapers from "./SendPapers.vue";
import Visit from "./Visit.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
// Before the router reads the address.
takeLink();
followLinks();
if (isLinkToSend(keptLink())) void startFace(SendPapers, words);
else if (isLinkToRead(keptLink())) void startFace(ReadResult, words);
else {
  void startFace(Visit, words, [
    { path: "/", name: "choose", component: Home, meta: { step: "choose" } },
    ...FROM_THE_TICKET,
  ]);
}
