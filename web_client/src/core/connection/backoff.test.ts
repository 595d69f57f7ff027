import { expect, test } from "vitest";
import { delayOf } from "./backoff";

test("the first attempt is at once, later ones wait longer, at most little more than a second in the first minute", () => {
  expect(delayOf(0, 1)).toBe(0);
  const middle = Array.from({ length: 30 }, (_, attempt) => delayOf(attempt, 0.5));
  expect(middle).toEqual([...middle].sort((a, b) => a - b));
  expect(Math.max(...middle.map((_, attempt) => (attempt < 20 ? delayOf(attempt, 1) : 0)))).toBe(1250);
  expect(delayOf(1000, 1)).toBe(6250);
});

test("jitter spreads the attempts of many pages", () => {
  expect(delayOf(3, 0)).toBeLessThan(delayOf(3, 1));
});
