import type { DeskView, SlotsView } from "../protocol";
import type { DeskAct } from "./keys";

/** How the stage is divided: one face, a paper beside the faces, or everybody at the same size. */
export type Layout = Extract<DeskAct, "face" | "document" | "several">;
export const LAYOUTS: readonly Layout[] = ["face", "document", "several"];

/** A picture of somebody else that can be shown now. */
export interface Shown {
  readonly mid: string;
  readonly source: "camera" | "document" | "screen";
  readonly name: string;
}

/** The pictures that the slots carry now: papers and screens first, since they are being talked about. */
export function shownIn(slots: SlotsView | null): Shown[] {
  const all = (slots?.slots ?? []).flatMap(({ mid, source, participant_name }): Shown[] =>
    source === null || source === "microphone" || source === "hall"
      ? []
      : [{ mid, source, name: participant_name ?? "" }],
  );
  const rank = { screen: 0, document: 1, camera: 2 };
  return all.sort((one, other) => rank[one.source] - rank[other.source]);
}

/** Which sentence tells how the other side is; null while nobody is in hand. */
export function otherSide(desk: DeskView, slots: SlotsView | null) {
  if (!desk.ticket || !slots) return null;
  switch (slots.other_side) {
    case "absent":
      return { light: "off", words: "otherAbsent" } as const;
    case "lost":
      return { light: "bad", words: "otherLost" } as const;
    case "weak":
      return { light: "warn", words: "otherWeak" } as const;
    case "connected":
      return { light: "good", words: "otherConnected" } as const;
  }
}
