import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Drawing, shortfall } from "./strokes";

const pad = new DOMRect(100, 50, 400, 200);
const pen = (x: number, y: number, timeStamp: number, rest: object = {}) =>
  ({ clientX: x, clientY: y, timeStamp, pressure: 0.4, pointerType: "pen", ...rest }) as PointerEvent;

test("points are shares of the pad, with time from the first and every gathered point", () => {
  const drawing = new Drawing();
  drawing.down(pen(100, 50, 1000), pad);
  drawing.move(
    pen(300, 150, 1020, { getCoalescedEvents: () => [pen(200, 100, 1010), pen(300, 150, 1020)] }),
    pad,
  );
  drawing.down(pen(500, 250, 1500), pad);
  expect(drawing.strokes).toEqual([
    [
      { x: 0, y: 0, p: 0.4, t: 0 },
      { x: 0.25, y: 0.25, p: 0.4, t: 10 },
      { x: 0.5, y: 0.5, p: 0.4, t: 20 },
    ],
    [{ x: 1, y: 1, p: 0.4, t: 500 }],
  ]);
  expect(drawing.body(pad, ["a"])).toMatchObject({
    width: 400,
    height: 200,
    device: "pen",
    shown_pages: ["a"],
  });
});

test("a pen that leaves the pad stays on its edge, and time never goes back", () => {
  const drawing = new Drawing();
  drawing.down(pen(0, 900, 50), pad);
  drawing.move(pen(120, 60, 40), pad);
  expect(drawing.strokes[0]).toEqual([
    { x: 0, y: 1, p: 0.4, t: 0 },
    { x: 0.05, y: 0.05, p: 0.4, t: 0 },
  ]);
  drawing.clear();
  expect(drawing.empty).toBe(true);
});

interface Case {
  what: string;
  width: number;
  height: number;
  strokes: { x: number; y: number }[][];
  problem: string | null;
}

// The server judges the same strokes with the same outcome (tests/unit/document_relay/case_core/test_core.py).
const CASES: Case[] = JSON.parse(readFileSync("../tests/cases/strokes.json", "utf8"));
const SAID: Record<string, string> = { too_few: "little", dot: "little", only_dots: "dots", line: "line" };

test.each(CASES.map((one) => [one.what, one] as const))("%s", (_, { strokes, width, height, problem }) => {
  expect(shortfall(strokes, height / width)).toBe(problem === null ? null : SAID[problem]);
});
