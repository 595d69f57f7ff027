import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test, vi } from "vitest";
import type { SignedInBody } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { useAnnotation } from "./annotation";
import { tell } from "./annotations.testing";

let page: ReturnType<typeof usePage>;
let sent: unknown[];

beforeEach(async () => {
  await setLanguage("zh-CN");
  setActivePinia(createPinia());
  page = usePage();
  page.signedIn = { face: "window" } as SignedInBody;
  sent = [];
  vi.spyOn(page.connection, "command").mockImplementation((async (type: string, fields: object) => {
    sent.push([type, fields]);
    return null;
  }) as never);
});

test("without a video that could be frozen a sentence says so, in both languages", async () => {
  const annotation = useAnnotation();
  tell();
  await annotation.freeze();
  expect(sent).toEqual([]);
  expect(page.complaint).toContain("没有可以定格的画面");
  await setLanguage("en");
  expect(page.complaint).toContain("no picture to freeze");
});

test("who freezes sees that it is waited for, and is told when nothing comes", async () => {
  const annotation = useAnnotation();
  tell({ freezing: { picture_id: "a", failed: false } });
  expect([annotation.freezing, page.complaint]).toEqual([true, null]);
  tell({ freezing: { picture_id: "a", failed: true } });
  expect(annotation.freezing).toBe(false);
  expect(page.complaint).toContain("定格没有成功");
  await setLanguage("en");
  expect(page.complaint).toContain("could not be frozen");
});

test("a page that cannot photograph what it is asked for says so to who waits", async () => {
  useAnnotation();
  tell({ photograph: { picture_id: "a", source: "document" } });
  await vi.waitFor(() => expect(sent).toEqual([["fail_photograph", { picture_id: "a" }]]));
  expect(page.complaint).toContain("没有可以定格的画面");
});
