import { expect, test } from "vitest";
import { delayOf } from "./backoff";

test("the first attempt is at once, later ones wait longer, none waits longer than nine seconds", () => {
  expect(delayOf(0, 1)).toBe(0);
  const middle = Array.from({ length: 10 }, (_, attempt) => delayOf(attempt, 0.5));
  expect(middle).toEqual([...middle].sort((a, b) => a - b));
  expect(Math.max(...middle.map((_, attempt) => delayOf(attempt, 1)))).toBeLessThan(9000);
});

test("jitter spreads the attempts of many pages", () => {
  expect(delayOf(3, 0)).toBeLessThan(delayOf(3, 1));
});
