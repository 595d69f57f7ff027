import type { LinkState as MediaState } from "@/core/media/link";
import type { SlotsView } from "@/core/protocol";
import type { Key } from "@/kit/i18n";

/** What is said of the other side's link; nothing while it does well. */
const OTHER_SIDE: Record<SlotsView["other_side"], Key | null> = {
  absent: "otherAbsent",
  lost: "otherLost",
  weak: "otherWeak",
  connected: null,
};

/** What is said of the page's own link when it does not carry everything. */
const LESS: Record<SlotsView["video"], Key | null> = {
  all: null,
  smaller: "networkSmaller",
  papers: "networkNoFaces",
  none: "networkOnlySound",
};

/** Which sentence tells what is wrong with the network of either side; null when nothing is. */
export function troubleOf(state: MediaState, slots: SlotsView | null): Key | null {
  if (state === "lost") return "networkLost";
  const less = slots && LESS[slots.video];
  if (less && !slots.only_sound) return less;
  if (state === "weak") return "networkWeak";
  return slots?.admitted ? OTHER_SIDE[slots.other_side] : null;
}
