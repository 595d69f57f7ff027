import { expect, test, vi } from "vitest";
import { Emitter } from "@/core/connection/emitter";
import { unreachable } from "@/core/connection/refusal";
import type { CaseView, ViewEvent } from "@/core/protocol";
import { caseDesk } from "./caseDesk";
import { exampleCase, exampleMaterial, examplePage } from "./examples.testing";

function made() {
  const views = new Emitter<ViewEvent>();
  const calls: string[] = [];
  const source = {
    views,
    watch: vi.fn(async (id: string) => void calls.push(`watch ${id}`)),
    unwatch: vi.fn(async (id: string) => void calls.push(`unwatch ${id}`)),
  };
  const refused = vi.fn();
  const desk = caseDesk(source, async () => new Blob(), refused);
  const tell = (data: CaseView) =>
    views.emit({ type: "event", topic: `case:${data.case_id}`, sequence: 1, data });
  return { desk, source, calls, refused, tell };
}

const withPages = (...ids: string[]) =>
  exampleCase({
    materials: [
      exampleMaterial("id", { pages: ids.map((id, index) => examplePage(id, { number: index + 1 })) }),
      exampleMaterial("book"),
    ],
  });

test("it follows one case at a time and takes no view of another", async () => {
  const { desk, calls, tell } = made();
  await desk.follow("case-1");
  tell(exampleCase());
  expect(desk.view.value?.case_id).toBe("case-1");
  await desk.follow("case-2");
  expect(calls).toEqual(["watch case-1", "unwatch case-1", "watch case-2"]);
  tell(exampleCase());
  expect(desk.view.value).toBeNull();
});

test("a refused watch is shown", async () => {
  const { desk, source, refused } = made();
  source.watch.mockRejectedValueOnce(unreachable());
  await desk.follow("case-1");
  expect(refused).toHaveBeenCalledWith(expect.objectContaining({ code: "unreachable" }));
});

test("the first page that arrives is laid open at once", async () => {
  const { desk, tell } = made();
  await desk.follow("case-1");
  tell(withPages());
  expect(desk.sheet.value).toBeNull();
  tell(withPages("a"));
  expect(desk.sheet.value?.pageId).toBe("a");
  tell(withPages("a", "b"));
  expect(desk.sheet.value?.pageId).toBe("b");
});

test("a page of another material is announced and pushes nothing aside", async () => {
  const { desk, tell } = made();
  await desk.follow("case-1");
  tell(withPages("a"));
  desk.open({ kind: "material", id: "book" });
  tell(withPages("a", "b"));
  expect(desk.opened.value?.id).toBe("book");
  expect(desk.arrivals.value.map((one) => one.page.page_id)).toEqual(["b"]);
  desk.dismiss(desk.arrivals.value[0] as never);
  expect(desk.arrivals.value).toEqual([]);
  tell(withPages("a", "b", "c"));
  expect(desk.arrivals.value).toHaveLength(1);
  desk.open({ kind: "material", id: "id" });
  expect(desk.arrivals.value).toEqual([]);
});

test("a page that arrives while a rejection is being written does not move the page under the mark", async () => {
  const { desk, tell } = made();
  await desk.follow("case-1");
  tell(withPages("a"));
  desk.open({ kind: "material", id: "id" });
  desk.startRejecting(exampleMaterial("id", { pages: [examplePage("a")] }));
  tell(withPages("a", "b"));
  expect(desk.sheet.value?.pageId).toBe("a");
  expect(desk.arrivals.value).toHaveLength(1);
});

test("opening another material ends the rejection being written, with its mark", async () => {
  const { desk, tell } = made();
  await desk.follow("case-1");
  tell(withPages("a"));
  desk.startRejecting(exampleMaterial("id", { pages: [examplePage("a")] }));
  desk.mark.value = { page_id: "a", x: 0, y: 0, width: 0.5, height: 0.5 };
  expect(desk.sheet.value?.pageId).toBe("a");
  desk.open({ kind: "material", id: "book" });
  expect(desk.rejecting.value).toBeNull();
  expect(desk.mark.value).toBeNull();
});

test("a sealed document is fetched again, since its pages bear the signature now", async () => {
  const { desk, tell } = made();
  await desk.follow("case-1");
  const form = {
    document_id: "form",
    kind: "form" as const,
    title: { zh: "申请表", en: "Form" },
    state: "shown" as const,
    pdf_url: "/form/pdf",
    page_urls: ["/form/pages/1"],
    page_hashes: ["aa"],
    signed_by: null,
    sealed_at: null,
  };
  tell(exampleCase({ documents: [form] }));
  desk.open({ kind: "document", id: "form" });
  const before = desk.sheet.value?.path;
  tell(exampleCase({ documents: [{ ...form, state: "sealed", sealed_at: "2026-11-23T03:59:00Z" }] }));
  expect(desk.sheet.value?.path).not.toBe(before);
  expect(new URL(desk.sheet.value?.path ?? "", "https://host").pathname).toBe("/form/pages/1");
});

test("pages that were replaced come last, and a review's mark is on its page only", async () => {
  const { desk, tell } = made();
  await desk.follow("case-1");
  const mark = { page_id: "new", x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
  const pages = [examplePage("old", { replaced: true }), examplePage("new")];
  const review = {
    verdict: "rejected" as const,
    reason: "other",
    reason_text: null,
    note: "",
    mark,
    by: "",
    at: "",
  };
  tell(exampleCase({ materials: [exampleMaterial("id", { pages, review, state: "rejected" })] }));
  desk.open({ kind: "material", id: "id" });
  expect(desk.sheets.value.map((one) => [one.pageId, one.mark])).toEqual([
    ["new", mark],
    ["old", null],
  ]);
});
