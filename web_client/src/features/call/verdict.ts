import { type Figures, type Grade, grade } from "@/core/media/figures";
import type { LinkState } from "@/core/media/link";
import type { SlotsView } from "@/core/protocol";
import type { Key } from "@/kit/i18n";

/** How the page's own network does: one word, and the sentence for it where people have to know why. */
export interface Verdict {
  readonly grade: Grade;
  readonly reason: Key | null;
}

/** What the page's link does not carry, and how bad that is. */
const LESS: Record<SlotsView["video"], Verdict | null> = {
  all: null,
  smaller: { grade: "fair", reason: "networkSmaller" },
  papers: { grade: "poor", reason: "networkNoFaces" },
  none: { grade: "poor", reason: "networkOnlySound" },
};

/** What is said of the other side's link; nothing while it does well. */
const OTHER_SIDE: Record<SlotsView["other_side"], Key | null> = {
  absent: "otherAbsent",
  lost: "otherLost",
  weak: "otherWeak",
  connected: null,
};

/**
 * The one verdict on the network that every sign of the page shows, so that no two contradict each other; null while
 * nothing is known. With `still` a picture that stands is no fault: it is paused, on hold, or was until a moment ago.
 */
export function verdictOf(
  state: LinkState,
  slots: SlotsView | null,
  figures: Figures | null,
  still: boolean,
): Verdict | null {
  if (state === "lost") return { grade: "poor", reason: "networkLost" };
  const less = slots && !slots.only_sound ? LESS[slots.video] : null;
  if (less) return less;
  if (state === "weak") return { grade: "poor", reason: "networkWeak" };
  if (!figures) return null;
  return { grade: grade(still ? { ...figures, freezes: 0, frozen: 0 } : figures), reason: null };
}

/** Which sentence tells what is wrong with the other side's network; null when nothing is. */
export function otherTrouble(slots: SlotsView | null): Key | null {
  return slots?.admitted ? OTHER_SIDE[slots.other_side] : null;
}

/** Whether no picture of the other side can be expected to move. */
export function isStill(slots: SlotsView | null): boolean {
  if (!slots || slots.only_sound || slots.other_paused.includes("camera")) return true;
  return !slots.slots.some(({ source, kind }) => kind !== "voice" && source !== null);
}
