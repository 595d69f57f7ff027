import { expect, test } from "vitest";
import { type Signs, Vitality } from "./vitality";

const fine: Signs = { wanted: true, ended: false, muted: false, given: null };

/** Looks every second from `from` on; the seconds at which the device is to be opened again. */
function opened(
  one: Vitality,
  seconds: number,
  signs: (second: number) => Partial<Signs>,
  from = 0,
): number[] {
  const found: number[] = [];
  for (let second = from; second < from + seconds; second++)
    if (one.look({ ...fine, ...signs(second) }, second * 1_000)) found.push(second);
  return found;
}

test("a device that gives something is left alone, and so is one of which nothing is told", () => {
  expect(opened(new Vitality(), 60, (second) => ({ given: second * 25 }))).toEqual([]);
  expect(opened(new Vitality(), 60, () => ({}))).toEqual([]);
});

test("one that says it lives and gives nothing is opened again after five seconds, then after growing pauses", () => {
  const one = new Vitality();
  expect(opened(one, 100, () => ({ given: 100 }))).toEqual([6, 9, 15, 27, 51, 81]);
  expect(one.dead).toBe(true);
});

test("a mute that ends by itself is no death; one that stays is, after three seconds", () => {
  const one = new Vitality();
  expect(opened(one, 20, (second) => ({ muted: second % 4 < 3 }))).toEqual([]);
  expect(opened(one, 4, () => ({ muted: true }), 20)).toEqual([23]);
  expect(one.dead).toBe(true);
  expect(opened(one, 1, () => ({}), 24)).toEqual([]);
  expect(one.dead).toBe(false);
});

test("one that the system has ended is opened at once", () => {
  expect(opened(new Vitality(), 1, () => ({ ended: true }))).toEqual([0]);
});

test("what the person keeps back, or a hidden page, is not missed", () => {
  expect(opened(new Vitality(), 60, () => ({ wanted: false, muted: true, given: 3, ended: true }))).toEqual(
    [],
  );
});

test("it is tried for as long as it is dead, each half minute in the end, and at once when the page is opened again", () => {
  const one = new Vitality();
  const found = opened(one, 3_600, () => ({ ended: true }));
  expect(found.slice(-2)).toEqual([3_555, 3_585]);
  one.hurry();
  expect(opened(one, 2, () => ({ ended: true }), 3_600)).toEqual([3_600]);
  one.renewed();
  expect(one.dead).toBe(false);
});

test("earlier tries are forgotten once it has given something for half a minute, and not before", () => {
  const one = new Vitality();
  expect(opened(one, 60, () => ({ ended: true })).slice(-1)).toEqual([45]);
  one.renewed();
  expect(opened(one, 10, (second) => ({ given: second * 25 }), 60)).toEqual([]);
  expect(opened(one, 20, () => ({ ended: true }), 70)).toEqual([75]);
  one.renewed();
  expect(opened(one, 40, (second) => ({ given: second * 25 }), 90)).toEqual([]);
  expect(opened(one, 8, () => ({ ended: true }), 130)).toEqual([130, 133]);
});
