import { expect, test } from "vitest";
import { boxOf, isMeant, onPage, type Turn, turned } from "./geometry";

const CORNER: Record<Turn, { x: number; y: number }> = {
  0: { x: 0, y: 0 },
  90: { x: 1, y: 0 },
  180: { x: 1, y: 1 },
  270: { x: 0, y: 1 },
};

test.each([0, 90, 180, 270] as Turn[])("the page's upper left corner is found when turned by %i", (turn) => {
  const { x, y } = onPage(CORNER[turn], turn);
  expect(x).toBeCloseTo(0);
  expect(y).toBeCloseTo(0);
});

test("a place seen right of the middle of a page turned by 90 lies above its middle", () => {
  expect(onPage({ x: 0.75, y: 0.5 }, 90)).toEqual({ x: 0.5, y: 0.25 });
});

test("four turns bring the page back", () => {
  expect(turned(turned(turned(turned(0))))).toBe(0);
});

test("places outside the picture count as its edge", () => {
  expect(onPage({ x: -0.2, y: 1.4 }, 0)).toEqual({ x: 0, y: 1 });
});

test("a box is the same from any pair of opposite corners", () => {
  const box = boxOf({ x: 0.75, y: 0.25 }, { x: 0.25, y: 0.5 });
  expect(box).toEqual({ x: 0.25, y: 0.25, width: 0.5, height: 0.25 });
  expect(boxOf({ x: 0.25, y: 0.5 }, { x: 0.75, y: 0.25 })).toEqual(box);
});

test("a slip of the hand is no box", () => {
  expect(isMeant(boxOf({ x: 0.5, y: 0.5 }, { x: 0.505, y: 0.9 }))).toBe(false);
  expect(isMeant(boxOf({ x: 0.5, y: 0.5 }, { x: 0.6, y: 0.6 }))).toBe(true);
});
