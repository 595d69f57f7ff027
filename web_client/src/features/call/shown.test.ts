import { expect, test } from "vitest";
import type { DeskView, SlotsView, SlotView } from "@/core/protocol";
import { otherSide, shownIn } from "./shown";

const slot = (mid: string, source: SlotView["source"]): SlotView => ({
  mid,
  kind: "face",
  participant_name: source && "李明",
  participant_role: source && "point",
  guest: null,
  member: null,
  source,
  paused: [],
  surface: source && `point.${source}`,
});
const slots = (...all: SlotView[]): SlotsView => ({
  type: "slots_view",
  admitted: true,
  slots: all,
  other_side: "connected",
  other_paused: [],
  people: [],
  whispering: [],
  video: "all",
  only_sound: false,
  sizes: false,
  camera: null,
});

test("papers and screens come before faces, the room last; voices and empty slots are no pictures", () => {
  const all = [
    slot("1", "microphone"),
    slot("2", "camera"),
    slot("3", null),
    slot("4", "document"),
    slot("5", "screen"),
    slot("6", "room"),
    slot("7", "camera"),
  ];
  expect(shownIn(slots(...all)).map((one) => one.mid)).toEqual(["5", "4", "2", "7", "6"]);
  expect(shownIn(null)).toEqual([]);
});

test("the resident comes before the clerk and before colleagues, who are told apart", () => {
  const clerk = { ...slot("1", "camera"), participant_role: "window" } as const;
  const expert = { ...clerk, mid: "2", guest: "colleague" } as const;
  const shown = shownIn(slots(expert, clerk, slot("3", "camera")));
  expect(shown.map(({ mid, resident, guest }) => [mid, resident, guest])).toEqual([
    ["3", true, null],
    ["2", false, "colleague"],
    ["1", false, null],
  ]);
});

test("how the other side is, is told only while a ticket is in hand", () => {
  const serving = { ticket: {} } as DeskView;
  expect(otherSide({ ...serving, ticket: null }, slots())).toBeNull();
  expect(otherSide(serving, null)).toBeNull();
  expect(otherSide(serving, slots())).toEqual({ light: "good", words: "otherConnected" });
  expect(otherSide(serving, { ...slots(), other_side: "lost" })).toEqual({
    light: "bad",
    words: "otherLost",
  });
});
