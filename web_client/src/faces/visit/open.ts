import { FROM_THE_TICKET } from "@/features/applicant/steps";
import { bookingSite, isLinkToRead, isLinkToSend, keptLink } from "@/features/page/link";
import { part } from "@/features/page/part";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import Visit from "./Visit.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
const rest = import.meta.glob<Words>("./languages/rest/*.ts", { import: "default" });
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
  // The first step is the page's own: it is there before the steps are.
  const first = { path: "/", name: "choose", component: { render: () => null }, meta: { step: "choose" } };
  void startFace(Visit, words, [first, ...FROM_THE_TICKET], rest);
}
