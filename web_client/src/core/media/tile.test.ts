import { expect, test } from "vitest";
import { pictureWidth } from "./tile";

const film = { width: 1280, height: 720 };

test.each([
  [{ width: 640, height: 360 }, film, false, 1, 640],
  [{ width: 640, height: 180 }, film, false, 1, 320],
  [{ width: 640, height: 180 }, film, true, 1, 640],
  [{ width: 90, height: 160 }, film, true, 1, 288],
  [{ width: 320, height: 400 }, { width: 480, height: 640 }, false, 2, 608],
  [{ width: 630, height: 400 }, { width: 0, height: 0 }, false, 1, 640],
  [{ width: 630, height: 0 }, film, true, 1, 0],
])("a picture fills its box or covers it, in pixels of the screen", (box, picture, cover, ratio, width) => {
  expect(pictureWidth(box, picture, cover, ratio)).toBe(width);
});
