import { beforeAll, expect, test } from "vitest";
import { addWords, setLanguage } from "@/kit/i18n";
import words from "./messages/zh-CN.json";
import { daysLater, dayWords, hoursWords, weekdayWords } from "./words";

beforeAll(async () => {
  addWords("zh-CN", words);
  await setLanguage("zh-CN");
});

test("midnight at the end is the end of the day", () => {
  expect(hoursWords("09:00", "17:30")).toBe("09:00–17:30");
  expect(hoursWords("22:00", "00:00")).toBe("22:00–24:00");
  expect(hoursWords("00:00", "00:00")).toBe("全天");
});

test("days go on over months, leap days and years, whatever the zone of the browser", () => {
  expect(daysLater("2028-02-28", 1)).toBe("2028-02-29");
  expect(daysLater("2026-12-28", 7)).toBe("2027-01-04");
  expect(daysLater("2026-03-02", -7)).toBe("2026-02-23");
  expect(dayWords("2026-03-02")).toContain("3月2日");
});

test("the week begins on Monday", () => {
  expect(weekdayWords()).toEqual(["周一", "周二", "周三", "周四", "周五", "周六", "周日"]);
});
