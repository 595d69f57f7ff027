import { beforeEach, expect, test } from "vitest";
import { setLanguage } from "@/kit/i18n";
import { exampleCase, exampleMaterial, examplePage } from "./examples.testing";
import { isComplete, template } from "./notice";
import { arrived, pagesOf, stepsDone, unsettled } from "./reading";

beforeEach(() => setLanguage("zh-CN"));

const held = { zh: "公安局", en: "Police" };
const rejected = exampleMaterial("photo", {
  name: { zh: "近期照片", en: "Photograph" },
  state: "rejected",
  review: {
    verdict: "rejected",
    reason: "unreadable",
    reason_text: { zh: "看不清。", en: "It cannot be read." },
    note: "右上角反光",
    mark: null,
    by: "周珍建",
    at: "2026-11-23T02:00:00Z",
  },
});

test("a paper that a department holds is settled until it is asked for or brought", () => {
  const materials = [
    exampleMaterial("held", { held_by: held }),
    exampleMaterial("asked", { held_by: held, asked_now: true }),
    exampleMaterial("brought", { held_by: held, state: "delivered", pages: [examplePage("p")] }),
    exampleMaterial("accepted", { state: "accepted" }),
    exampleMaterial("awaited"),
  ];
  const names = unsettled(exampleCase({ materials })).map((one) => one.material_id);
  expect(names).toEqual(["asked", "brought", "awaited"]);
});

test("only pages that were not there before have arrived, and none when the case is seen first", () => {
  const before = exampleCase({ materials: [exampleMaterial("id", { pages: [examplePage("a")] })] });
  const pages = [examplePage("a", { replaced: true }), examplePage("b"), examplePage("c", { number: 2 })];
  const now = exampleCase({ materials: [exampleMaterial("id", { pages })] });
  expect(arrived(before, now).map((one) => one.page.page_id)).toEqual(["b", "c"]);
  expect(arrived(null, now)).toEqual([]);
  expect(arrived({ ...before, case_id: "another" }, now)).toEqual([]);
});

test("replaced pages do not count", () => {
  const pages = [examplePage("a", { replaced: true }), examplePage("b")];
  expect(pagesOf(exampleMaterial("id", { pages })).map((one) => one.page_id)).toEqual(["b"]);
});

test("a declined signature begins again", () => {
  expect(
    ["draft", "requested", "shown", "signed", "sealed", "declined"].map((one) => stepsDone(one as never)),
  ).toEqual([0, 1, 2, 3, 4, 0]);
});

test("the notice asking for supplements names each paper and why", () => {
  const view = exampleCase({
    materials: [exampleMaterial("ok", { state: "accepted" }), rejected, exampleMaterial("id")],
  });
  expect(template("supplement", view)).toBe(
    "您申请办理的“高龄津贴申领”，还需补正以下材料：\n1. 近期照片：看不清。 右上角反光\n2. 居民身份证：尚未提交。\n请补齐后再次办理。",
  );
});

test("a notice is complete only when nothing of the template is left to fill in", () => {
  const view = exampleCase();
  expect(isComplete(template("approved", view))).toBe(true);
  expect(isComplete(template("refused", view))).toBe(false);
  expect(isComplete(template("supplement", view))).toBe(false);
  expect(isComplete("  \n")).toBe(false);
});

test("the notice is written in the page's language", () => {
  setLanguage("en");
  expect(template("approved", exampleCase())).toContain("“Old-age allowance”");
});
