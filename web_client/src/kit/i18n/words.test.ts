import { expect, test, vi } from "vitest";
import { dayOf, dayOfMoment, nameOf, setLanguage, t, type Words } from ".";

const files = import.meta.glob<Words>("/src/**/messages/*.json", { eager: true, import: "default" });
const folders = [...new Set(Object.keys(files).map((path) => path.replace(/\/[^/]+$/, "")))];
const places = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test.each(folders)("every language of %s has the same sentences with the same places", (folder) => {
  const chinese = files[`${folder}/zh-CN.json`] ?? {};
  const others = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
  expect(others).toContain(`${folder}/en.json`);
  for (const path of others) {
    expect(Object.keys(files[path] ?? {})).toEqual(Object.keys(chinese));
    for (const [key, text] of Object.entries(files[path] ?? {})) {
      expect(text.trim(), key).not.toBe("");
      for (const form of text.split("|")) {
        // A form for one may leave the number out.
        expect([...places(form), "count"], key).toEqual(expect.arrayContaining(places(chinese[key] ?? "")));
        expect(places(chinese[key] ?? ""), key).toEqual(expect.arrayContaining(places(form)));
      }
    }
  }
});

test("no key is given in two folders", () => {
  const keys = folders.flatMap((folder) => Object.keys(files[`${folder}/zh-CN.json`] ?? {}));
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test("places are filled in the page's language", async () => {
  await setLanguage("en");
  expect(t("waitRange", { low: 3, high: 8 })).toBe("Expected wait: 3 to 8 minutes");
  await setLanguage("zh-CN");
  expect(t("waitRange", { low: 3, high: 8 })).toBe("预计等候 3–8 分钟");
  expect(document.documentElement.lang).toBe("zh-CN");
});

test("one and several are told apart where the language does", async () => {
  await setLanguage("en");
  expect([t("place", { count: 1 }), t("place", { count: 4 })]).toEqual([
    "1 person before you",
    "4 people before you",
  ]);
  await setLanguage("zh-CN");
  expect(t("place", { count: 1 })).toBe("前面还有 1 位");
});

test("a language is named in itself", () => {
  expect([nameOf("zh-CN"), nameOf("en")]).toEqual(["中文", "English"]);
});

test("a moment is told by the day of the clock on the wall, a date by itself", async () => {
  vi.stubEnv("TZ", "Asia/Shanghai");
  await setLanguage("zh-CN");
  expect(dayOfMoment("2026-11-30T16:30:00Z")).toBe("2026年12月1日");
  expect(dayOf("2026-11-30")).toBe("2026年11月30日");
  vi.unstubAllEnvs();
});
