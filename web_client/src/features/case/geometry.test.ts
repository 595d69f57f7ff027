import { expect, test } from "vitest";
import { type Box, boxOf, isMeant, nudged, onPage, type Turn, turned } from "./geometry";

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

test("arrows move a mark, with shift they size it, and another key is none of its business", () => {
  const first = nudged(null, "ArrowUp", false);
  expect(first && isMeant(first)).toBe(true);
  const box = { x: 0.5, y: 0.5, width: 0.2, height: 0.1 };
  expect(nudged(box, "ArrowRight", false)).toEqual({ ...box, x: 0.51 });
  expect(nudged(box, "ArrowUp", false)).toEqual({ ...box, y: 0.49 });
  expect(nudged(box, "ArrowDown", true)?.height).toBeCloseTo(0.11);
  expect(nudged(box, "ArrowLeft", true)?.width).toBeCloseTo(0.19);
  expect(nudged(box, "Enter", false)).toBeNull();
});

test("a mark stays on its page and can be seen, however often a key is pressed", () => {
  const press = (key: string, sizes: boolean, from: Box) => {
    let box = from;
    for (let at = 0; at < 200; at++) box = nudged(box, key, sizes) ?? box;
    return box;
  };
  const box = { x: 0.5, y: 0.5, width: 0.2, height: 0.1 };
  const corner = press("ArrowDown", false, press("ArrowRight", false, box));
  expect([corner.x, corner.y]).toEqual([0.8, 0.9]);
  const large = press("ArrowDown", true, press("ArrowRight", true, box));
  expect([large.width, large.height]).toEqual([0.5, 0.5]);
  expect(isMeant(press("ArrowUp", true, press("ArrowLeft", true, box)))).toBe(true);
});
