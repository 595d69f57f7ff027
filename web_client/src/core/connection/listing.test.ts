import { expect, test } from "vitest";
import { Listing } from "./listing";

const made = () =>
  new Listing<{ id: string; at: number }>(
    (row) => row.id,
    (one, other) => one.at - other.at,
  );
const a = { id: "a", at: 2 };
const b = { id: "b", at: 1 };

test("changes are taken one after the other, and rows stand in order", () => {
  const list = made();
  expect(list.take({ version: 1, whole: true, changed: [a, b], gone: [] })).toBe(true);
  expect(list.rows).toEqual([b, a]);
  expect(list.take({ version: 2, whole: false, changed: [{ id: "b", at: 3 }], gone: [] })).toBe(true);
  expect(list.take({ version: 3, whole: false, changed: [], gone: ["a"] })).toBe(true);
  expect(list.rows).toEqual([{ id: "b", at: 3 }]);
});

test("a change after a gap is not taken, and a whole list always is", () => {
  const list = made();
  list.take({ version: 1, whole: true, changed: [a], gone: [] });
  expect(list.take({ version: 3, whole: false, changed: [b], gone: ["a"] })).toBe(false);
  expect(list.rows).toEqual([a]);
  expect(list.take({ version: 1, whole: true, changed: [b], gone: [] })).toBe(true);
  expect(list.rows).toEqual([b]);
});
