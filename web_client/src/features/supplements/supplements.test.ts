import { expect, test } from "vitest";
import { codeInGroups, stands } from "./supplements";

test("a code is read in groups of four", () => {
  expect(codeInGroups("ACDEFGHJKMNPQRTUVWXY")).toBe("ACDE-FGHJ-KMNP-QRTU-VWXY");
  expect(codeInGroups("")).toBe("");
});

test("one that waits for the applicant or the clerk stands", () => {
  expect(["parked", "answered"].every(stands)).toBe(true);
  expect(["accepted", "ended", "withdrawn", undefined].some(stands)).toBe(false);
});
