import { expect, test } from "vitest";
import type { KeptAppointmentBody } from "@/core/protocol";
import { standingOf } from "./kept";

const BOOKED: KeptAppointmentBody = {
  number: "1130-001",
  state: "booked",
  starts: "2026-11-30T09:30",
  at: "2026-11-30T01:30:00Z",
  minutes: 12,
  place_name: { zh: "延伸点", en: "Point" },
  by_link: true,
  answer_by: null,
  last_offer: false,
  moves: true,
  checks_in_from: "2026-11-30T01:00:00Z",
  checks_in_until: "2026-11-30T01:45:00Z",
};

test.each([
  ["booked", "2026-11-30T00:59:59Z", "ahead"],
  ["booked", "2026-11-30T01:00:00Z", "due"],
  ["booked", "2026-11-30T01:45:00Z", "due"],
  ["booked", "2026-11-30T01:45:01Z", "missed"],
  ["missed", "2026-11-30T01:46:00Z", "missed"],
  ["checked_in", "2026-11-30T01:10:00Z", "done"],
] as const)("one that is %s is at %s %s", (state, now, standing) => {
  expect(standingOf({ ...BOOKED, state }, new Date(now))).toBe(standing);
});
