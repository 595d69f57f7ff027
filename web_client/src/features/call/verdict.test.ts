import { expect, test } from "vitest";
import type { Figures } from "@/core/media/figures";
import type { SlotsView } from "@/core/protocol";
import { isStill, verdictOf } from "./verdict";

const fine: Figures = {
  roundTrip: 0.05,
  lossUp: 0,
  lossDown: 0,
  jitter: 0,
  freezes: 0,
  frozen: 0,
  concealed: 0,
  framesPerSecond: 25,
};
const slots = (given: Partial<SlotsView> = {}): SlotsView => ({
  type: "slots_view",
  admitted: true,
  slots: [
    {
      mid: "1",
      kind: "face",
      participant_name: "李明",
      participant_role: "point",
      guest: null,
      member: "point",
      source: "camera",
      paused: [],
      surface: "point.camera",
    },
  ],
  other_side: "connected",
  other_paused: [],
  people: [],
  whispering: [],
  video: "all",
  only_sound: false,
  sizes: false,
  camera: null,
  ...given,
});

test("whatever leaves something out is never called good", () => {
  expect(verdictOf("connected", slots({ video: "none" }), fine, false)).toEqual({
    grade: "poor",
    reason: "networkOnlySound",
  });
  expect(verdictOf("connected", slots({ video: "smaller" }), fine, false)?.grade).toBe("fair");
  expect(verdictOf("weak", slots(), fine, false)?.grade).toBe("poor");
  expect(verdictOf("lost", slots(), fine, false)?.reason).toBe("networkLost");
  expect(verdictOf("connected", slots(), fine, false)).toEqual({ grade: "good", reason: null });
});

test("who asked for sound alone is not told that the network is bad", () => {
  expect(verdictOf("connected", slots({ video: "none", only_sound: true }), fine, false)?.grade).toBe("good");
});

test("a picture that is paused or on hold counts as no freeze", () => {
  const frozen = { ...fine, freezes: 1, frozen: 8 };
  expect(verdictOf("connected", slots(), frozen, false)?.grade).toBe("poor");
  expect(verdictOf("connected", slots(), frozen, true)?.grade).toBe("good");
  expect(isStill(slots())).toBe(false);
  expect(isStill(slots({ other_paused: ["camera"] }))).toBe(true);
  expect(isStill(slots({ slots: [] }))).toBe(true);
});
