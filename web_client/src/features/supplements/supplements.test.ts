import { expect, test } from "vitest";
import { codeInGroups, madeText, stands } from "./supplements";

test("a code is read in groups of four", () => {
  expect(codeInGroups("ACDEFGHJKMNPQRTUVWXY")).toBe("ACDE-FGHJ-KMNP-QRTU-VWXY");
  expect(codeInGroups("")).toBe("");
});

test("one that waits for the applicant or the clerk stands", () => {
  expect(["parked", "answered"].every(stands)).toBe(true);
  expect(["accepted", "ended", "withdrawn", undefined].some(stands)).toBe(false);
});

test("the applicant counts as told where a number or an address was given", () => {
  const reach = { phone: "", email: "", language: "en" } as const;
  expect(madeText(reach)).toBe("suppMadeSlip");
  expect(madeText({ ...reach, phone: "13800000001" })).toBe("suppMade");
  expect(madeText({ ...reach, email: "wang@example.com" })).toBe("suppMade");
});
