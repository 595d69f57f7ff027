import { expect, test } from "vitest";
import type { WaitingView } from "@/core/protocol";
import { fitting, standingOf } from "./desk";

function card(number: string, name: string, item: string): WaitingView {
  return {
    ticket_id: number,
    number,
    applicant_name: name,
    item_name: { zh: item, en: "Old-age allowance" },
    site_name: { zh: "新民社区", en: "Xinmin" },
    taken_at: "2026-11-29T02:00:00Z",
    credit_from: "2026-11-29T02:00:00Z",
    credit_reasons: [],
    visitor: false,
  };
}

const CARDS = [card("A001", "王秀英", "高龄津贴申领"), card("A002", "李建国", "高龄津贴变更")];

test.each([
  ["", ["A001", "A002"]],
  ["a00", ["A001", "A002"]],
  ["秀英", ["A001"]],
  ["高龄 李", ["A002"]],
  ["xinmin 变更", ["A002"]],
  ["赵", []],
])("the queue is looked through by %s", (typed, wanted) => {
  expect(fitting(CARDS, typed).map((one) => one.number)).toEqual(wanted);
});

test.each([
  [{ state: "away_no_answer", status: "available" }, "away"],
  [{ state: "wrap_up", status: "available" }, "wrapUp"],
  [{ state: "idle", status: "available" }, "available"],
  [{ state: "idle", status: "break" }, "break"],
] as const)("one word says how a desk stands: %o", (desk, wanted) => {
  expect(standingOf(desk)).toBe(wanted);
});
