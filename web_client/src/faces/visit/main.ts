import { enterEarly } from "@/core/connection/entrance";
import { followLinks, takeLink, visitLink } from "@/features/page/link";
import { languageOf, storedTag } from "@/kit/i18n/stored";

const AGAIN_MS = 3_000;

/** Opens the page. A file of it that does not come is asked for until it does: before, there is nothing to press. */
function open(): void {
  import("./open").catch(() => setTimeout(open, AGAIN_MS));
}

// Before the router reads the address, and before all that is heavy has come.
takeLink();
followLinks();
const link = visitLink();
if (link)
  // What fails now, the page asks again and tells.
  enterEarly(link, languageOf(storedTag())).catch(() => undefined);
open();
