import { expect, test } from "vitest";
import { fitted, type Rect, type Size } from "@/features/annotation/geometry";
import { arrowsOn } from "./arrows";
import { HINTS } from "./guidance";
import { expected, type Lie, laidOver, type Sheet, sheetOf, usualLie } from "./outline";

const WIDE: Size = { width: 3840, height: 2880 };
const HD: Size = { width: 1920, height: 1080 };
const TALL: Size = { width: 1080, height: 1920 };
const SMALL: Size = { width: 640, height: 480 };
const ALL = [WIDE, HD, TALL, SMALL, { width: 90, height: 1200 }];

const within = (inner: Rect, outer: Rect) =>
  inner.left >= outer.left - 1e-6 &&
  inner.top >= outer.top - 1e-6 &&
  inner.left + inner.width <= outer.left + outer.width + 1e-6 &&
  inner.top + inner.height <= outer.top + outer.height + 1e-6;

test("a material's name says which sheet it is", () => {
  expect(sheetOf({ zh: "居民身份证", en: "Identity card" })).toBe("card");
  expect(sheetOf({ zh: "银行卡或社会保障卡", en: "Bank or social security card" })).toBe("card");
  expect(sheetOf({ zh: "身份证复印件", en: "Copy of the identity card" })).toBe("a4");
  expect(sheetOf({ zh: "房屋租赁合同或居住证明", en: "Lease or proof of residence" })).toBe("a4");
  expect(sheetOf({ zh: "户口簿", en: "Household register" })).toBe("booklet");
  expect(sheetOf({ zh: "户口簿复印件", en: "Copy of the household register" })).toBe("a4");
  expect(sheetOf({ zh: "近期免冠照片（一寸）", en: "Recent photograph" })).toBe("inch");
  expect(sheetOf({ zh: "证件照", en: "ID photo" })).toBe("inch");
  expect(sheetOf({ zh: "房屋照片", en: "Photograph of the house" })).toBe("a4");
  expect(sheetOf({ zh: "二寸免冠照片", en: "Two-inch photograph" })).toBe("two_inch");
});

test("paper lies as it is largest in the picture, a card as it is read", () => {
  expect([usualLie("a4", HD), usualLie("a4", TALL)]).toEqual(["sideways", "upright"]);
  expect([usualLie("card", HD), usualLie("card", TALL)]).toEqual(["sideways", "sideways"]);
  expect([usualLie("booklet", TALL), usualLie("inch", HD), usualLie("two_inch", HD)]).toEqual([
    "sideways",
    "upright",
    "upright",
  ]);
});

test.each(
  ALL.flatMap((picture) =>
    (["a4", "card", "booklet", "inch", "two_inch"] as const).flatMap((sheet) =>
      (["upright", "sideways"] as const).map((lie): [Sheet, Lie, Size] => [sheet, lie, picture]),
    ),
  ),
)("%s %s has its own proportions in the middle of %o, all of it in the picture", (sheet, lie, picture) => {
  const place = expected(sheet, lie, picture);
  const long = { a4: 297 / 210, card: 85.6 / 53.98, booklet: 210 / 143, inch: 35 / 25, two_inch: 49 / 35 }[
    sheet
  ];
  expect(place.width / place.height).toBeCloseTo(lie === "sideways" ? long : 1 / long);
  expect(place.left + place.width / 2).toBeCloseTo(picture.width / 2);
  expect(place.top + place.height / 2).toBeCloseTo(picture.height / 2);
  expect(within(place, { left: 0, top: 0, ...picture })).toBe(true);
});

test("a card has its true size beside the paper, and is never too small to be read", () => {
  const paper = expected("a4", "sideways", WIDE);
  expect(expected("card", "sideways", WIDE).width / paper.width).toBeCloseTo(85.6 / 297);
  expect(expected("card", "sideways", HD).width).toBeCloseTo(700);
  expect(expected("card", "sideways", SMALL).width).toBeCloseTo(0.9 * 640);
});

test.each([
  ["bands above and below", { width: 400, height: 400 }, HD, { left: 0, top: 87.5, width: 400, height: 225 }],
  ["bands beside", { width: 800, height: 400 }, TALL, { left: 287.5, top: 0, width: 225, height: 400 }],
  ["a kiosk's tile", { width: 1000, height: 1075 }, WIDE, { left: 0, top: 162.5, width: 1000, height: 750 }],
] as const)("with %s it lies on the picture, and not on the tile", (_, tile, picture, shown) => {
  const fit = fitted(tile, picture, "contain");
  for (const side of ["left", "top", "width", "height"] as const) expect(fit[side]).toBeCloseTo(shown[side]);
  const part = expected("a4", usualLie("a4", picture), picture);
  const place = laidOver(part, picture, fit);
  expect(within(place, fit)).toBe(true);
  expect((place.left - fit.left) / fit.width).toBeCloseTo(part.left / picture.width);
  expect((place.top - fit.top) / fit.height).toBeCloseTo(part.top / picture.height);
  expect(place.width / place.height).toBeCloseTo(part.width / part.height);
});

test("in a mirror the left of the picture lies at the right", () => {
  const shown = { left: 100, top: 50, width: 200, height: 100 };
  const part = { left: 10, top: 20, width: 300, height: 100 };
  const picture = { width: 1000, height: 500 };
  expect(laidOver(part, picture, shown)).toEqual({ left: 102, top: 54, width: 60, height: 20 });
  expect(laidOver(part, picture, shown, true)).toEqual({ left: 238, top: 54, width: 60, height: 20 });
});

test.each(HINTS)("the arrows of %s stay on the outline", (hint) => {
  const place = { left: 100, top: 40, width: 300, height: 200 };
  const paths = arrowsOn(place, hint);
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) {
    const numbers = [...path.matchAll(/-?[\d.]+/g)].map(Number);
    expect(numbers.length).toBeGreaterThanOrEqual(4);
    numbers.forEach((one, at) => {
      const [from, size] = at % 2 ? [place.top, place.height] : [place.left, place.width];
      expect(one >= from && one <= from + size, path).toBe(true);
    });
  }
});
