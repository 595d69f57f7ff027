import type { Bilingual, PaperGuideView } from "@/core/protocol";
import type { Rect, Size } from "@/features/annotation/geometry";

/** The sheets that have an outline. */
export type Sheet = "a4" | "card" | "booklet" | "inch" | "two_inch";
/** Which way the sheet's long side goes in the picture. */
export type Lie = NonNullable<PaperGuideView["lies"]>;

/**
 * The long and the short side in millimetres: ISO 216 A4, ISO/IEC 7810 ID-1, a household register 户口簿 that lies open,
 * and photographs of one and two inches 一寸、二寸.
 */
const SIDES: Record<Sheet, readonly [number, number]> = {
  a4: [297, 210],
  card: [85.6, 53.98],
  booklet: [210, 143],
  inch: [35, 25],
  two_inch: [49, 35],
};
/** How much of the picture's width or height the outline of the largest sheet takes. */
const FILL = 0.9;
/** A page whose long side has fewer pixels is called too small (`document_relay/imaging/quality.py`). */
const READABLE = 700;
const CARD =
  /身份证|社会保障卡|社保卡|医保卡|银行卡|驾驶证|居住证|identity card|bank card|social security card|residence permit/i;
/** One that says its size, or is called so; a photograph of anything else may be a sheet. */
const PHOTOGRAPH =
  /证件照|[一二两12]\s*寸.*照|照片.*[一二两12]\s*寸|(one|two|1|2)[- ]inch|passport photo|id photo/i;
const TWO_INCH = /[二两2]\s*寸|(two|2)[- ]inch/i;
const BOOKLET = /户口簿|户口本|household register/i;
const ON_PAPER = /复印件|copy|copies|证明|proof/i;

/** The sheet that a material of this name is, where it says so and is no copy on paper; else A4. */
export function sheetOf({ zh, en }: Bilingual): Sheet {
  const name = `${zh} ${en}`;
  if (ON_PAPER.test(name)) return "a4";
  if (PHOTOGRAPH.test(name)) return TWO_INCH.test(name) ? "two_inch" : "inch";
  if (BOOKLET.test(name)) return "booklet";
  return CARD.test(name) ? "card" : "a4";
}

/** The way a sheet is expected to lie where nobody has said it: as it is read or seen, and paper as it is largest. */
export function usualLie(sheet: Sheet, picture: Size): Lie {
  if (sheet === "inch" || sheet === "two_inch") return "upright";
  return sheet !== "a4" || picture.width >= picture.height ? "sideways" : "upright";
}

/**
 * Where the sheet is expected, in pixels of the picture. Paper fills it. What is smaller has its true size beside the
 * paper, under a camera that stands over A4, but is never so small that it could not be read.
 */
export function expected(sheet: Sheet, lie: Lie, picture: Size): Rect {
  const [long, short] = SIDES[sheet];
  const most = largest(long, short, lie, picture);
  if (sheet === "a4") return centred(long, short, lie, most, picture);
  const [paperLong, paperShort] = SIDES.a4;
  const paper = largest(paperLong, paperShort, usualLie("a4", picture), picture);
  return centred(long, short, lie, Math.min(most, Math.max(paper, READABLE / long)), picture);
}

/** The pixels of a millimetre with which a sheet fills the picture. */
function largest(long: number, short: number, lie: Lie, picture: Size): number {
  const [across, down] = lie === "sideways" ? [long, short] : [short, long];
  return Math.min((FILL * picture.width) / across, (FILL * picture.height) / down);
}

function centred(long: number, short: number, lie: Lie, scale: number, picture: Size): Rect {
  const [across, down] = lie === "sideways" ? [long, short] : [short, long];
  const [width, height] = [across * scale, down * scale];
  return { left: (picture.width - width) / 2, top: (picture.height - height) / 2, width, height };
}

/** Where a part of the picture lies in the tile that shows the picture at `shown`, as in a mirror where it is one. */
export function laidOver(part: Rect, picture: Size, shown: Rect, mirrored = false): Rect {
  const [across, down] = [shown.width / picture.width, shown.height / picture.height];
  const left = mirrored ? picture.width - part.left - part.width : part.left;
  return {
    left: shown.left + left * across,
    top: shown.top + part.top * down,
    width: part.width * across,
    height: part.height * down,
  };
}
