import { expect, test } from "vitest";
import type { InboxCaseView } from "@/core/protocol";
import { byDueDate, filtered } from "./handon";

const row = (number: string, due_on: string, place: InboxCaseView["place"], yours = false) =>
  ({ number, due_on, place, yours }) as InboxCaseView;

test("the first due stands first, and what is decided at the end", () => {
  const rows = [
    row("c", "2026-12-01", "decided"),
    row("b", "2026-12-07", "ours"),
    row("a", "2026-12-07", "away"),
    row("d", "2026-12-02", "ours"),
  ];
  expect(rows.sort(byDueDate).map(({ number }) => number)).toEqual(["d", "a", "b", "c"]);
});

test("a filter shows what lies with us, what I took, what lies with others, and what is decided", () => {
  const rows = [
    row("a", "1", "ours"),
    row("b", "1", "ours", true),
    row("c", "1", "away"),
    row("d", "1", "decided"),
  ];
  const shown = (["ours", "mine", "away", "decided"] as const).map((one) =>
    filtered(rows, one).map(({ number }) => number),
  );
  expect(shown).toEqual([["a", "b"], ["b"], ["c"], ["d"]]);
});
