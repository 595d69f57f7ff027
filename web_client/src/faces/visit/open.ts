import { FROM_THE_TICKET } from "@/features/applicant/steps";
import { bookingSite, isLinkToRead, isLinkToSend, keptLink } from "@/features/page/link";
import { type Part, part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Visit from "./Visit.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const rest = import.meta.glob<Words>("./languages/rest/*.ts", { import: "default" });

/** The page of an address or a link that is no visit's. */
function otherPage(): Part | null {
  if (bookingSite() !== null) return part(() => import("./Book.vue"));
  if (isLinkToSend(keptLink())) return part(() => import("./SendPapers.vue"));
  if (isLinkToRead(keptLink())) return part(() => import("./ReadResult.vue"));
  return null;
}

const other = otherPage();
if (other) void startFace(other, words, [], rest);
else {
  // The first step is the page's own: it is there before the steps are.
  const first = { path: "/", name: "choose", component: { render: () => null }, meta: { step: "choose" } };
  void startFace(Visit, words, [first, ...FROM_THE_TICKET], rest);
}
