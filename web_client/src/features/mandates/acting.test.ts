import { describe, expect, it } from "vitest";
import { actingOf, dayFrom, emptyActing, lackingIn, onThePad, period, shortNumber } from "./acting";

const NOW = new Date(2026, 10, 30, 9, 0);
const whole = () => ({
  ...emptyActing(NOW),
  number: "110105 19491231 002x",
  actor: " 陈小明 ",
  relation: "relative" as const,
});

describe("a form of acting", () => {
  it("is told from the others of its case by the end of its number", () => {
    expect(shortNumber("20261130-A1B2C3-D12")).toBe("D12");
  });

  it("is waited for while its paper is on the pad, and not once it was declined or sealed", () => {
    expect((["requested", "shown", "marked", "signed"] as const).every(onThePad)).toBe(true);
    expect((["draft", "declined", "sealed", undefined] as const).some(onThePad)).toBe(false);
  });
});

describe("who acts for an applicant", () => {
  it("acts for thirty days and in everything unless somebody says otherwise", () => {
    const form = emptyActing(NOW);
    expect(form.until).toBe("2026-12-30");
    expect(form.scope).toEqual(["hand_in", "sign", "receive"]);
  });

  it("is lacking what is not written, and a period that is none", () => {
    expect(lackingIn(emptyActing(NOW), NOW)).toEqual(["actingNumber", "actingName", "actingRelation"]);
    expect(lackingIn(whole(), NOW)).toEqual([]);
    expect(lackingIn({ ...whole(), until: "2026-11-29" }, NOW)).toEqual(["actingUntil"]);
    expect(lackingIn({ ...whole(), until: dayFrom(NOW, 366) }, NOW)).toEqual(["actingUntil"]);
    expect(lackingIn({ ...whole(), scope: [] }, NOW)).toEqual(["actingScope"]);
  });

  it("is said as the service keeps it", () => {
    expect(actingOf({ ...whole(), scope: ["sign", "hand_in"] })).toEqual({
      principal_number: "11010519491231002X",
      actor_name: "陈小明",
      relation: "relative",
      scope: ["hand_in", "sign"],
      until: "2026-12-30",
    });
    expect(period(NOW)).toEqual(["2026-11-30", "2027-11-30"]);
  });
});
