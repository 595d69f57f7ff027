import type { StrokePoint, StrokesBody } from "../protocol";

/** A signature as it is drawn: raw points with pressure and time, never smoothed; what is shown may be. */
export class Drawing {
  readonly strokes: StrokePoint[][] = [];
  #began: number | null = null;
  #device: StrokesBody["device"] = "mouse";

  get empty(): boolean {
    return this.strokes.length === 0;
  }

  /** The pen touches the pad of this size. */
  down(event: PointerEvent, pad: DOMRect): void {
    this.#device = event.pointerType === "pen" || event.pointerType === "touch" ? event.pointerType : "mouse";
    this.#began ??= event.timeStamp;
    this.strokes.push([this.#point(event, pad)]);
  }

  /** The pen moves: every point that the browser had gathered counts. */
  move(event: PointerEvent, pad: DOMRect): void {
    const stroke = this.strokes.at(-1);
    if (!stroke) return;
    const gathered = event.getCoalescedEvents?.() ?? [];
    for (const one of gathered.length ? gathered : [event]) stroke.push(this.#point(one, pad));
  }

  clear(): void {
    this.strokes.length = 0;
    this.#began = null;
  }

  /** What is sent: a name, or the mark of who cannot write. */
  body(pad: DOMRect, shownPages: string[], manner: StrokesBody["manner"] = "name"): StrokesBody {
    return {
      strokes: this.strokes,
      manner,
      width: pad.width,
      height: pad.height,
      device: this.#device,
      shown_pages: shownPages,
    };
  }

  #point(event: PointerEvent, pad: DOMRect): StrokePoint {
    const last = this.strokes.at(-1)?.at(-1)?.t ?? 0;
    return {
      x: share(event.clientX - pad.left, pad.width),
      y: share(event.clientY - pad.top, pad.height),
      p: Math.min(1, Math.max(0, event.pressure)),
      t: Math.max(last, event.timeStamp - (this.#began ?? event.timeStamp)),
    };
  }
}

function share(value: number, whole: number): number {
  return Math.min(1, Math.max(0, value / whole));
}

/** Why strokes are no name: hardly anything, only dots, or one straight line. */
export type Shortfall = "little" | "dots" | "line";

interface Point {
  readonly x: number;
  readonly y: number;
}

const FEWEST_POINTS = 3;
const SMALLEST_SIZE = 0.03;
const DOT = 0.005;
const STRAIGHTEST = 0.008;

/**
 * Why these strokes cannot be a written name; null when they can. `ratio` is the pad's height by its width. It says at
 * once what the server would refuse (`document_relay/case_core/strokes.py`, whose measures these are): the server decides.
 */
export function shortfall(strokes: readonly (readonly Point[])[], ratio: number): Shortfall | null {
  const placed = strokes.map((stroke) => stroke.map(({ x, y }) => ({ x, y: y * ratio })));
  const all = placed.flat();
  if (all.length < FEWEST_POINTS || size(all) < SMALLEST_SIZE) return "little";
  if (placed.every((stroke) => size(stroke) < DOT)) return "dots";
  return meanDistance(all) < STRAIGHTEST ? "line" : null;
}

/** The longer side of the box around the points. */
function size(points: readonly Point[]): number {
  const across = points.map((one) => one.x);
  const down = points.map((one) => one.y);
  const span = (values: number[]) =>
    values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  return Math.max(span(across), span(down));
}

/** Mean distance of the points from their principal axis (total least squares). */
function meanDistance(points: readonly Point[]): number {
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0);
  const middleX = sum((one) => one.x) / points.length;
  const middleY = sum((one) => one.y) / points.length;
  const xx = sum((one) => (one.x - middleX) ** 2);
  const yy = sum((one) => (one.y - middleY) ** 2);
  const xy = sum((one) => (one.x - middleX) * (one.y - middleY));
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const off = ({ x, y }: Point) =>
    Math.abs((y - middleY) * Math.cos(angle) - (x - middleX) * Math.sin(angle));
  return sum(off) / points.length;
}
