import { expect, test } from "vitest";
import { caretAfter, grouped, signsOf } from "./visitCode";

test.each([
  ["acd efg hjk", "ACDEFGHJK"],
  ["ＡＣＤ３４６ＥＦＧ", "ACD346EFG"],
  [" ACD-346.EFG\n", "ACD346EFG"],
  ["ACDE-FGHJ-KMNP-QRTU-VWXY", "ACDEFGHJKMNPQRTUVWXY"],
  ["ACDE-FGHJ-KMNP-QRTU-VWXY-3467-9ACD-99", "ACDEFGHJKMNPQRTUVWXY34679ACD"],
  ["访问码：ACD 346 EFG", "ACD346EFG"],
  ["", ""],
])("of %j the signs are %j", (typed, signs) => {
  expect(signsOf(typed)).toBe(signs);
});

test.each([
  ["", ""],
  ["ACD", "ACD"],
  ["ACD3", "ACD 3"],
  ["ACD346EFG", "ACD 346 EFG"],
])("%j is shown as %j", (code, shown) => {
  expect(grouped(code)).toBe(shown);
});

test("the caret stays behind the sign that it stood behind", () => {
  for (let signs = 0; signs <= 9; signs += 1) {
    expect(grouped("ACD346EFG").slice(0, caretAfter(signs)).replaceAll(" ", "")).toHaveLength(signs);
  }
});
