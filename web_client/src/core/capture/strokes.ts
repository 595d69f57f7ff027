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

  body(pad: DOMRect, shownPages: string[]): StrokesBody {
    return {
      strokes: this.strokes,
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
