import { expect, test } from "vitest";
import { setLanguage, t } from ".";
import { CASE_WORDS } from "./caseWords";
import { WORDS } from "./words";

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test.each(Object.entries(WORDS))("%s is said in both languages with the same places", (_, [zh, en]) => {
  expect(zh.trim()).not.toBe("");
  expect(en.trim()).not.toBe("");
  expect(places(zh)).toEqual(places(en));
});

test("places are filled in the page's language", () => {
  setLanguage("en");
  expect(t("waitRange", { low: 3, high: 8 })).toBe("Expected wait: 3 to 8 minutes");
  setLanguage("zh-CN");
  expect(t("waitRange", { low: 3, high: 8 })).toBe("预计等候 3–8 分钟");
  expect(document.documentElement.lang).toBe("zh-CN");
});

test("no key is given twice", () => {
  for (const [key, words] of Object.entries(CASE_WORDS)) expect(WORDS).toHaveProperty(key, words);
});
