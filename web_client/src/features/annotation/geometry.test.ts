import { expect, test } from "vitest";
import {
  enlarged,
  fitted,
  GRID,
  lookedAt,
  placeAt,
  pointOf,
  pulled,
  SCALE_MOST,
  stepped,
  WHOLE,
} from "./geometry";

const WIDE = { width: 1280, height: 720 };
const UPRIGHT = { width: 720, height: 1280 };

/** Numbers that look like chance and are the same each time. */
function* chance(seed: number): Generator<number, never> {
  for (let state = seed; ; state = (state * 48_271) % 2_147_483_647) yield state / 2_147_483_647;
}

test("a picture stands in its tile as object-fit lays it there", () => {
  const tile = { width: 400, height: 300 };
  expect(fitted(tile, WIDE, "contain")).toEqual({ left: 0, top: 37.5, width: 400, height: 225 });
  const cover = fitted(tile, WIDE, "cover");
  expect([cover.top, cover.height]).toEqual([0, 300]);
  expect(cover.left).toBeCloseTo(-66.667, 2);
  expect(fitted(tile, UPRIGHT, "contain").left).toBeCloseTo(115.625, 2);
});

test("beside the picture there is no place, on its edges there is", () => {
  const rect = fitted({ width: 400, height: 300 }, WIDE, "contain");
  expect(placeAt({ left: 10, top: 10 }, rect)).toBeNull();
  expect(placeAt({ left: 0, top: 37.5 }, rect)).toEqual({ x: 0, y: 0 });
  expect(placeAt({ left: 400, top: 262.5 }, rect)).toEqual({ x: GRID, y: GRID });
  expect(placeAt({ left: 0, top: 37.5 }, rect, true)).toEqual({ x: GRID, y: 0 });
  expect(placeAt({ left: 1, top: 1 }, { left: 0, top: 0, width: 0, height: 0 })).toBeNull();
});

test("both sides mean the same place, whatever their tiles and fits are", () => {
  const next = chance(7);
  const between = (least: number, most: number) => least + next.next().value * (most - least);
  for (let turn = 0; turn < 2000; turn++) {
    const picture = { width: between(160, 4000), height: between(160, 4000) };
    const tiles = [0, 1].map(() => ({ width: between(80, 2000), height: between(80, 2000) }));
    const [one, other] = tiles.map((tile) =>
      fitted(tile, picture, between(0, 1) < 0.5 ? "contain" : "cover"),
    );
    if (!one || !other) throw new Error("two tiles");
    const mirrored = between(0, 1) < 0.5;
    const point = { left: one.left + between(0, 1) * one.width, top: one.top + between(0, 1) * one.height };
    const place = placeAt(point, one, mirrored);
    if (!place) throw new Error("within the picture");
    const back = pointOf(place, one, mirrored);
    // Half a step of the grid is as exact as it can be.
    expect(Math.abs(back.left - point.left)).toBeLessThanOrEqual(one.width / GRID / 2 + 1e-6);
    expect(Math.abs(back.top - point.top)).toBeLessThanOrEqual(one.height / GRID / 2 + 1e-6);
    const there = pointOf(place, other);
    expect((there.left - other.left) / other.width).toBeCloseTo(place.x / GRID, 9);
    expect((there.top - other.top) / other.height).toBeCloseTo(place.y / GRID, 9);
  }
});

test("a look has the same middle in rooms of any shape, and shows nothing beside the picture", () => {
  const look = { x: 5000, y: 4000, scale: 4 };
  for (const room of [
    { width: 800, height: 600 },
    { width: 390, height: 500 },
  ]) {
    const rect = lookedAt(room, UPRIGHT, look);
    expect(placeAt({ left: room.width / 2, top: room.height / 2 }, rect)).toEqual({ x: 5000, y: 4000 });
    const corner = lookedAt(room, UPRIGHT, { ...look, x: 0, y: GRID });
    expect([corner.left <= 0, corner.top + corner.height >= room.height - 1e-6]).toEqual([true, true]);
  }
  expect(lookedAt(WIDE, UPRIGHT, WHOLE)).toEqual(fitted(WIDE, UPRIGHT, "contain"));
});

test("pulling goes to the edge and no further, and enlarging ends at the whole", () => {
  const room = { width: 400, height: 400 };
  const look = enlarged(enlarged(WHOLE, 2), 1.5);
  expect(look.scale).toBe(3);
  const rect = lookedAt(room, UPRIGHT, look);
  const pulledOnce = pulled(look, rect, room, { left: -100, top: 0 });
  expect(lookedAt(room, UPRIGHT, pulledOnce).left).toBeCloseTo(rect.left - 100, 0);
  const far = pulled(look, rect, room, { left: 10_000, top: 10_000 });
  const there = lookedAt(room, UPRIGHT, far);
  expect([Math.abs(there.left) < 1, Math.abs(there.top) < 1]).toEqual([true, true]);
  expect(enlarged(far, 0.01)).toEqual(WHOLE);
  expect(enlarged(far, 100).scale).toBe(SCALE_MOST);
});

test("arrow keys move the cross-hair as it is seen, further with shift, and keep it on the picture", () => {
  const middle = { x: 5000, y: 5000 };
  expect(stepped(middle, "ArrowLeft", false)).toEqual({ x: 4900, y: 5000 });
  expect(stepped(middle, "ArrowLeft", true, true)).toEqual({ x: 5500, y: 5000 });
  expect(stepped({ x: 9950, y: 0 }, "ArrowRight", false)).toEqual({ x: GRID, y: 0 });
  expect(stepped(middle, "ArrowUp", true)).toEqual({ x: 5000, y: 4500 });
  expect(stepped(middle, "Enter", false)).toBeNull();
});
