import { expect, test } from "vitest";
import { type Known, mayAsk } from "./finish";

const known = (changes: object = {}): Known => ({
  view: { decision: null },
  supplement: { leads: true, supplement: null },
  joint: null,
  handed: null,
  ...changes,
});
const joint = (state: string) => ({ joint: { state } });
const handed = (state: string) => ({ handed: { case: { state } } });

test("who has an undecided case lists what is missing before the visit ends", () => {
  expect(mayAsk(known())).toBe(true);
  expect(mayAsk(known({ supplement: { leads: true, supplement: { state: "ended" } } }))).toBe(true);
  expect(mayAsk(known(joint("concluded")))).toBe(true);
  expect(mayAsk(known(handed("returned")))).toBe(true);
});

test("the visit just ends where to ask would be refused", () => {
  expect(mayAsk(known({ view: null }))).toBe(false);
  expect(mayAsk(known({ view: { decision: { outcome: "approved" } } }))).toBe(false);
  expect(mayAsk(known({ supplement: { leads: true, supplement: { state: "parked" } } }))).toBe(false);
  expect(mayAsk(known({ supplement: { leads: false, supplement: null } }))).toBe(false);
  expect(mayAsk(known(joint("collecting")))).toBe(false);
  expect(mayAsk(known(joint("told")))).toBe(false);
  expect(mayAsk(known(handed("handed_on")))).toBe(false);
});
