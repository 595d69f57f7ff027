import { expect, test } from "vitest";
import { Line, Numbers, POINTS_IN_A_STROKE } from "./line";

const numbers = () => new Numbers(() => 0);

test("numbers are never given twice, also when the clock stands still", () => {
  const all = numbers();
  expect([all.next(), all.next(), all.next()]).toEqual([1, 2, 3]);
  expect(Number.isSafeInteger(new Numbers().next())).toBe(true);
});

test("a pen sends each point once and leaves out what lies too near", () => {
  const line = new Line(numbers(), "pen", { x: 0, y: 0 });
  expect(line.to({ x: 100, y: 0 })).toBe(true);
  expect(line.to({ x: 110, y: 5 })).toBe(false);
  expect(line.take().map((one) => one.points)).toEqual([[0, 0, 100, 0]]);
  line.to({ x: 200, y: 0 });
  expect(line.take().map((one) => one.points)).toEqual([[200, 0]]);
  expect(line.take()).toEqual([]);
  expect(line.strokes.map((one) => one.points)).toEqual([[0, 0, 100, 0, 200, 0]]);
});

test("a long line goes on as the next stroke from where it was, and is one line to take back", () => {
  const line = new Line(numbers(), "pen", { x: 0, y: 0 });
  for (let x = 1; x < 3 * POINTS_IN_A_STROKE; x++) line.to({ x: 30 * x, y: 0 });
  expect(new Set(line.strokes.map((one) => one.line)).size).toBe(1);
  expect(line.strokes.every((one) => one.points.length <= 2 * POINTS_IN_A_STROKE)).toBe(true);
  for (const [at, one] of line.strokes.slice(1).entries()) {
    expect(one.points.slice(0, 2)).toEqual(line.strokes[at]?.points.slice(-2));
  }
  expect(line.take().flatMap((one) => one.points).length).toBe(2 * (3 * POINTS_IN_A_STROKE + 3));
});

test("an arrow is sent whole, once it has an end", () => {
  const line = new Line(numbers(), "arrow", { x: 1, y: 2 });
  expect(line.take()).toEqual([]);
  line.to({ x: 30, y: 40 });
  line.to({ x: 50, y: 60 });
  expect(line.take().map((one) => one.points)).toEqual([[1, 2, 50, 60]]);
  line.to({ x: 70, y: 80 });
  expect(line.take().map((one) => one.points)).toEqual([[1, 2, 70, 80]]);
});

test("a text says its words with its place", () => {
  const line = new Line(numbers(), "text", { x: 1, y: 2 }, "盖章处");
  expect(line.take()).toEqual([{ stroke: 2, line: 1, tool: "text", points: [1, 2], text: "盖章处" }]);
});
