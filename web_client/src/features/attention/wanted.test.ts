import { expect, test } from "vitest";
import type { DocumentView } from "@/core/protocol";
import { exampleCase, exampleMaterial } from "@/features/case/examples.testing";
import { isCallOver, type Seen, wantedSince } from "./wanted";

const idle: Seen = { ticket: "t1", state: "serving", view: exampleCase(), told: [], passedOn: null };
const kinds = (before: Seen, now: Seen) => wantedSince(before, now).map(({ kind }) => kind);

function paper(given: Partial<DocumentView>): DocumentView {
  return {
    document_id: "d1",
    kind: "form",
    title: { zh: "申请表", en: "Form" },
    state: "draft",
    pdf_url: "",
    page_urls: [],
    page_hashes: [],
    signed_by: null,
    sealed_at: null,
    ...given,
  };
}

test("a clerk who answers is told, once, and not to a page that was opened in the call", () => {
  const waiting: Seen = { ticket: "t1", state: "offered", view: null, told: [], passedOn: null };
  expect(kinds(waiting, { ...waiting, state: "called" })).toEqual(["answered"]);
  expect(kinds({ ...waiting, state: "called" }, { ...waiting, state: "serving" })).toEqual([]);
  expect(
    kinds(
      { ticket: null, state: null, view: null, told: [], passedOn: null },
      { ...waiting, state: "called" },
    ),
  ).toEqual([]);
  expect(kinds({ ...waiting, state: "called" }, { ...waiting, state: "recalled" })).toEqual(["calledAgain"]);
});

test("a ticket that is given on is told with where to, once", () => {
  const passedOn = { zh: "云溪区云办中心民政局", en: "Yunxi, civil affairs" };
  const waits: Seen = { ...idle, state: "waiting", passedOn };
  expect(wantedSince(idle, waits)).toEqual([{ kind: "passedOn", name: passedOn, at: null }]);
  expect(kinds(waits, { ...waits, state: "offered" })).toEqual([]);
  expect(kinds({ ...waits, state: "offered" }, { ...waits, state: "called", passedOn: null })).toEqual([
    "answered",
  ]);
});

test("hold and its end are told; a link that was lost and is back is not taken for one", () => {
  expect(kinds(idle, { ...idle, state: "on_hold" })).toEqual(["held"]);
  expect(kinds({ ...idle, state: "on_hold" }, idle)).toEqual(["resumed"]);
  expect(kinds({ ...idle, state: "interrupted" }, idle)).toEqual([]);
});

test("how the call stood is told no more once it is over, with its end or with the next ticket", () => {
  const over = (now: Partial<Seen>) => isCallOver(idle, { ...idle, ...now });
  for (const state of ["on_hold", "interrupted", "recalled"] as const) expect(over({ state })).toBe(false);
  expect(over({ state: "completed" })).toBe(true);
  expect(over({ ticket: null, state: null })).toBe(true);
  expect(over({ ticket: "t2" })).toBe(true);
  expect(isCallOver({ ...idle, state: "waiting" }, { ...idle, state: "expired" })).toBe(false);
});

test("a paper that is asked for and one that is sent back lead to their places", () => {
  const materials = (state: "delivered" | "rejected", asked_now = false) => ({
    ...idle,
    view: exampleCase({ materials: [exampleMaterial("m1", { state, asked_now })] }),
  });
  const name = { zh: "居民身份证", en: "Identity card" };
  expect(wantedSince(materials("delivered"), materials("rejected"))).toEqual([
    { kind: "rejected", name, at: "material-m1" },
  ]);
  expect(wantedSince(materials("delivered"), materials("delivered", true))).toEqual([
    { kind: "paper", name, at: "material-m1" },
  ]);
  expect(kinds(materials("rejected"), materials("rejected"))).toEqual([]);
});

test("a document to sign, a receipt and the decision are told when they come", () => {
  const documents = (...all: DocumentView[]) => ({ ...idle, view: exampleCase({ documents: all }) });
  expect(kinds(documents(paper({})), documents(paper({ state: "requested" })))).toEqual(["sign"]);
  expect(kinds(documents(paper({ state: "requested" })), documents(paper({ state: "shown" })))).toEqual([]);
  expect(kinds(documents(), documents(paper({ kind: "receipt", state: "sealed" })))).toEqual(["receipt"]);
  const decision = {
    outcome: "approved" as const,
    notice_en: "",
    notice: "",
    notice_url: "",
    by: "",
    at: "",
  };
  expect(kinds(idle, { ...idle, view: exampleCase({ decision }) })).toEqual(["decided"]);
});

test("another case is nothing new by itself", () => {
  const other = exampleCase({ case_id: "case-2", materials: [exampleMaterial("m2", { asked_now: true })] });
  expect(kinds(idle, { ...idle, view: other })).toEqual([]);
});

test("each message of the clerk is told once", () => {
  const told = (...texts: string[]) => ({
    ...idle,
    told: texts.map((text, index) => ({ number: index + 1, name: "", text, at: "" })),
  });
  expect(wantedSince(told("a"), told("a", "b"))).toEqual([
    { kind: "told", name: null, at: "told", words: "b" },
  ]);
  expect(kinds(told("a", "b"), told("a", "b"))).toEqual([]);
});
