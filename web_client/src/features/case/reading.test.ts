import { beforeEach, expect, test } from "vitest";
import { setLanguage } from "@/kit/i18n";
import { exampleCase, exampleMaterial, examplePage } from "./examples.testing";
import { isComplete, template } from "./notice";
import { arrived, moved, pagesOf, readability, stepsDone, toShowNow, unsettled } from "./reading";

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
    ["draft", "requested", "shown", "marked", "signed", "sealed", "declined"].map((one) =>
      stepsDone(one as never),
    ),
  ).toEqual([0, 1, 2, 2, 3, 4, 0]);
});

test("the notice asking for supplements names each paper and why", () => {
  const view = exampleCase({
    materials: [exampleMaterial("ok", { state: "accepted" }), rejected, exampleMaterial("id")],
  });
  expect(template("supplement", view, "zh-CN")).toBe(
    "您申请办理的“高龄津贴申领”，还需补正以下材料：\n1. 近期照片：看不清。 右上角反光\n2. 居民身份证：尚未提交。\n请补齐后再次办理。",
  );
});

test("a notice is complete only when nothing of the template is left to fill in", () => {
  const view = exampleCase();
  expect(isComplete(template("approved", view, "zh-CN"))).toBe(true);
  expect(isComplete(template("refused", view, "en"))).toBe(false);
  expect(isComplete(template("supplement", view, "zh-CN"))).toBe(false);
  expect(isComplete("  \n")).toBe(false);
});

test("the notice is written in the language that is asked for, whatever the page's is", () => {
  expect(template("approved", exampleCase(), "en")).toContain("“Old-age allowance”");
  expect(template("supplement", exampleCase({ materials: [rejected] }), "en")).toContain(
    "Photograph: It cannot be read.",
  );
  setLanguage("en");
  expect(template("approved", exampleCase(), "zh-CN")).toContain("“高龄津贴申领”");
});

test("an approval with papers unsettled does not say that all are complete", () => {
  const settled = exampleCase({ materials: [exampleMaterial("ok", { state: "accepted" })] });
  expect(template("approved", settled, "zh-CN")).toContain("材料齐全");
  const view = exampleCase({ materials: [exampleMaterial("id", { state: "delivered" })] });
  expect(template("approved", view, "zh-CN")).toBe("您申请办理的“高龄津贴申领”，经审核，予以办理。");
  expect(template("approved", view, "en")).not.toContain("complete");
});

test("the point shows first what the clerk photographs, chooses, asks for, has sent back, then what is missing", () => {
  const materials = [
    exampleMaterial("first"),
    exampleMaterial("delivered", { state: "delivered" }),
    exampleMaterial("accepted", { state: "accepted" }),
    exampleMaterial("held", { held_by: held }),
    rejected,
    exampleMaterial("asked", { asked_now: true }),
  ];
  const now = (still: string | null, chosen: string | null, of = materials) =>
    toShowNow(exampleCase({ materials: of }), still, chosen)?.material_id ?? null;
  expect(now("first", "held")).toBe("first");
  expect(now(null, "held")).toBe("held");
  expect(now(null, "delivered")).toBe("asked");
  expect(now(null, null)).toBe("asked");
  expect(now(null, null, materials.slice(0, 5))).toBe("photo");
  expect(now(null, null, materials.slice(0, 4))).toBe("first");
  expect(now(null, null, materials.slice(1, 4))).toBeNull();
});

test("a page without an edge is told as that, unless it is poor anyway", () => {
  const findings = [{ code: "page_not_found", text: { zh: "没有找到纸张边缘", en: "Page edge not found" } }];
  expect(readability(examplePage("a", { verdict: "usable", findings }))).toBe("no_edge");
  expect(readability(examplePage("a", { verdict: "poor", findings }))).toBe("poor");
  expect(readability(examplePage("a", { verdict: "usable" }))).toBe("usable");
});

test("a page moves one place, and not beyond the ends", () => {
  const pages = ["a", "b", "c"].map((one) => examplePage(one));
  expect(moved(pages, "b", -1)).toEqual(["b", "a", "c"]);
  expect(moved(pages, "b", 1)).toEqual(["a", "c", "b"]);
  expect(moved(pages, "a", -1)).toEqual(["a", "b", "c"]);
  expect(moved(pages, "c", 1)).toEqual(["a", "b", "c"]);
});
