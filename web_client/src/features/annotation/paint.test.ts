import { expect, test } from "vitest";
import { type Painted, paint } from "./paint";

const LOOK = { colours: ["red", "blue"], edge: "white", font: "sans", largest: 28 };
const RECT = { left: 0, top: 0, width: 1000, height: 1000 };

/** What is written on a canvas, and where. */
function written(strokes: Painted[]): [string, number, number][] {
  const texts: [string, number, number][] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get: (kept, name: string) => {
      if (name === "measureText") return () => ({ width: 10 });
      if (name === "fillText") return (...text: [string, number, number]) => texts.push(text);
      return kept[name] ?? (() => undefined);
    },
  });
  const painting = { strokes, pointers: [], names: [], cross: null };
  paint(context as unknown as CanvasRenderingContext2D, RECT, false, painting, LOOK);
  return texts;
}

test("an arrow has its number where it begins, and none before the server has given it one", () => {
  const arrow = { who: 0, tool: "arrow" as const, points: [1000, 2000, 9000, 9000], text: "" };
  expect(written([{ ...arrow, number: 3 }])).toEqual([["3", 100, 200]]);
  expect(written([{ ...arrow, number: 0 }])).toEqual([]);
});
