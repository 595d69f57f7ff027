import type { Rect, Size } from "@/features/annotation/geometry";
import type { Hint } from "./guidance";

/** A small picture: for each pixel its brightness, and its darkest colour, which alone is full where light is reflected. */
export interface Sample extends Size {
  readonly grey: Uint8Array;
  readonly lowest: Uint8Array;
}

/** Something light in the picture that hangs together; its box has whole pixels, with the last ones in it. */
interface Patch {
  readonly pixels: number[];
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** As in `document_relay/imaging/quality.py`. */
const DARK = 70;
const BLOWN = 252;
const WHITE_PAPER = 246;
const SHINE_SHARE = 0.004;
/** How much lighter than the table a paper is that is told from it for sure. */
const APART = 40;
const APART_IN_THE_DARK = 18;
/** What takes less of the picture is no paper. */
const LEAST = 0.06;
/** How much of the outline a paper covers that lies near enough. */
const NEAR = 0.4;

/** What a person should do about the paper, as far as it is plain to see; null where nothing is, or nothing is wrong. */
export function judge(sample: Sample, outline: Rect): Hint | null {
  const cut = threshold(sample.grey);
  const paper = largest(sample, cut.level);
  const area = sample.width * sample.height;
  if (!paper || paper.pixels.length < LEAST * area || spans(paper, sample)) return null;
  if (cut.light < DARK) return cut.light - cut.dark > APART_IN_THE_DARK ? "more_light" : null;
  if (cut.light - cut.dark < APART) return null;
  if (isCut(paper, sample)) return "here";
  return apart(paper, outline) ?? (shines(paper, sample) ? "less_shine" : null);
}

/** Otsu's level between the light and the dark of a picture, and the mean of each. */
function threshold(grey: Uint8Array): { level: number; light: number; dark: number } {
  const counts = new Array<number>(256).fill(0);
  for (const one of grey) counts[one] = (counts[one] ?? 0) + 1;
  const whole = counts.reduce((sum, count, value) => sum + count * value, 0);
  let best = { level: 255, light: 0, dark: 0 };
  let [widest, darks, darkSum] = [-1, 0, 0];
  counts.forEach((count, level) => {
    darks += count;
    darkSum += count * level;
    const lights = grey.length - darks;
    if (darks === 0 || lights === 0) return;
    const [dark, light] = [darkSum / darks, (whole - darkSum) / lights];
    const between = darks * lights * (light - dark) ** 2;
    if (between <= widest) return;
    widest = between;
    best = { level, light, dark };
  });
  return best;
}

/** The largest patch of pixels that `light` is true of. */
function largestWhere({ width, height }: Size, light: (at: number) => boolean): Patch | null {
  const seen = new Uint8Array(width * height);
  let most: Patch | null = null;
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !light(start)) continue;
    seen[start] = 1;
    const pixels = [start];
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let next = 0; next < pixels.length; next++) {
      const at = pixels[next] ?? 0;
      const [x, y] = [at % width, Math.floor(at / width)];
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x),
        Math.max(bottom, y),
      ];
      const beside = [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width];
      for (const one of beside) {
        if (one < 0 || one >= seen.length || seen[one] || !light(one)) continue;
        seen[one] = 1;
        pixels.push(one);
      }
    }
    if (!most || pixels.length > most.pixels.length) most = { pixels, left, top, right, bottom };
  }
  return most;
}

function largest(sample: Sample, level: number): Patch | null {
  return largestWhere(sample, (at) => (sample.grey[at] ?? 0) > level);
}

/** Whether it reaches over opposite edges of the picture, as a light table does. */
function spans({ left, right, top, bottom }: Patch, { width, height }: Size): boolean {
  return (left === 0 && right === width - 1) || (top === 0 && bottom === height - 1);
}

/** Whether a part of it is out of the picture. */
function isCut({ left, right, top, bottom }: Patch, { width, height }: Size): boolean {
  return left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
}

function apart(paper: Patch, outline: Rect): Hint | null {
  const [x, y] = [(paper.left + paper.right + 1) / 2, (paper.top + paper.bottom + 1) / 2];
  const across = Math.abs(x - outline.left - outline.width / 2) / outline.width;
  const down = Math.abs(y - outline.top - outline.height / 2) / outline.height;
  if (across > 0.5 || down > 0.5) return "here";
  return paper.pixels.length < NEAR * outline.width * outline.height ? "closer" : null;
}

function shines(paper: Patch, sample: Sample): boolean {
  const lowest = paper.pixels.map((at) => sample.lowest[at] ?? 0).sort((one, other) => one - other);
  // The whole sheet is as white as the camera can say: nothing stands out.
  if ((lowest[Math.floor(lowest.length * 0.6)] ?? 0) > WHITE_PAPER) return false;
  const spot = largestWhere(sample, (at) => (sample.lowest[at] ?? 0) >= BLOWN);
  return spot !== null && spot.pixels.length > SHINE_SHARE * paper.pixels.length;
}

/** The sample of a picture's pixels in RGBA, as canvases give them. */
export function sampleOf({ width, height, data }: Size & { data: Uint8ClampedArray }): Sample {
  const grey = new Uint8Array(width * height);
  const lowest = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    const [red, green, blue] = [data[4 * at] ?? 0, data[4 * at + 1] ?? 0, data[4 * at + 2] ?? 0];
    grey[at] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    lowest[at] = Math.min(red, green, blue);
  }
  return { width, height, grey, lowest };
}
