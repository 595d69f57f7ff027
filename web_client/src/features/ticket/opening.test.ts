import { beforeAll, expect, test } from "vitest";
import { addWords, setLanguage } from "@/kit/i18n";
import chinese from "./messages/zh-CN.json";
import { openingWords, whenWords } from "./opening";

const friday = (hour: number, minute = 0) => new Date(2026, 10, 27, hour, minute);

beforeAll(async () => {
  addWords("zh-CN", chinese);
  await setLanguage("zh-CN");
});

test("the day is said unless it is today", () => {
  expect(whenWords(friday(13, 30), friday(12, 10))).toBe("13:30");
  expect(whenWords(new Date(2026, 10, 28, 9), friday(23, 59))).toBe("明天 09:00");
  expect(whenWords(new Date(2026, 10, 30, 9), friday(17))).toBe("11月30日周一 09:00");
});

test("without an hour nobody is promised one", () => {
  expect(openingWords({ opens_at: friday(13, 30).toISOString() }, friday(12))).toContain("13:30");
  expect(openingWords({ opens_at: null }, friday(10))).not.toMatch(/\d/);
});
