import { expect, test } from "vitest";
import type { Rect } from "@/features/annotation/geometry";
import { judge, type Sample, sampleOf } from "./judging";

const WIDTH = 160;
const HEIGHT = 90;
const OUTLINE: Rect = { left: 23, top: 5, width: 114, height: 80 };

/** A table with rectangles on it, each of one brightness. */
function scene(table: number, ...on: [Rect, number][]): Sample {
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      let level = table;
      for (const [{ left, top, width, height }, value] of on) {
        if (x >= left && x < left + width && y >= top && y < top + height) level = value;
      }
      data.fill(level, 4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 4);
    }
  }
  return sampleOf({ width: WIDTH, height: HEIGHT, data });
}

const paper = (left: number, top: number, width: number, height: number): Rect => ({
  left,
  top,
  width,
  height,
});
const GOOD = paper(25, 6, 110, 77);

test.each<[string, Sample, ReturnType<typeof judge>]>([
  ["a paper in its place", scene(40, [GOOD, 210]), null],
  ["a paper that stands upright in it", scene(40, [paper(53, 5, 56, 80), 210]), null],
  ["an empty mat", scene(20), null],
  ["a white table", scene(225, [GOOD, 245]), null],
  ["a scrap on the table", scene(40, [paper(60, 30, 20, 15), 210]), null],
  ["a paper over one edge", scene(40, [paper(0, 10, 90, 60), 210]), "here"],
  ["a paper over two edges at a corner", scene(40, [paper(90, 40, 70, 50), 210]), "here"],
  ["what reaches over both sides, as a light table does", scene(40, [paper(0, 10, 160, 70), 210]), null],
  ["a small paper", scene(40, [paper(50, 25, 55, 40), 210]), "closer"],
  ["a paper beside its place", scene(40, [paper(1, 4, 20, 80), 210]), "here"],
  ["a paper that is hardly seen", scene(12, [GOOD, 45]), "more_light"],
  ["a paper with a lamp in it", scene(40, [GOOD, 205], [paper(60, 30, 12, 8), 255]), "less_shine"],
  ["a paper that is all white", scene(40, [GOOD, 253]), null],
])("%s", (_, sample, said) => {
  expect(judge(sample, OUTLINE)).toBe(said);
});
