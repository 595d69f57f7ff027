import type { Stroke } from "@/core/protocol";
import type { Place } from "./geometry";

export type Tool = Stroke["tool"];

/** Points of one stroke that the server takes; a longer line goes on as the next stroke. */
export const POINTS_IN_A_STROKE = 64;
/** Strokes of one message that the server takes. */
export const STROKES_IN_A_BATCH = 8;
/** A pen's points lie at least this far from each other, in steps of the grid. */
const LEAST_STEP = 25;

/** Numbers strokes and lines so that none is given twice, also after the page was loaded anew. */
export class Numbers {
  #last = 0;

  constructor(private readonly now: () => number = Date.now) {}

  next(): number {
    // A thousand a millisecond fit beneath 2^53 until the year 2255.
    this.#last = Math.max(this.#last + 1, this.now() * 1000);
    return this.#last;
  }
}

/** A line as it is drawn: strokes for the server, each with the points that it has not been sent yet. */
export class Line {
  readonly line: number;
  /** The strokes of the line as they are now, for the page's own picture. */
  readonly strokes: Stroke[] = [];
  readonly #sent = new Map<Stroke, number>();
  readonly #unsent: Stroke[] = [];
  #stroke: Stroke;

  constructor(
    private readonly numbers: Numbers,
    readonly tool: Tool,
    first: Place,
    text = "",
  ) {
    this.line = numbers.next();
    this.#stroke = this.#begun(first, text);
  }

  /** Goes on to a place; whether that is far enough to be drawn. */
  to(place: Place): boolean {
    const points = this.#stroke.points;
    if (this.tool === "arrow") {
      points.splice(2, 2, place.x, place.y);
    } else {
      const [y = 0, x = 0] = [points.at(-1), points.at(-2)];
      if (Math.hypot(place.x - x, place.y - y) < LEAST_STEP) return false;
      if (points.length >= 2 * POINTS_IN_A_STROKE) this.#stroke = this.#begun({ x, y }, "");
      this.#stroke.points.push(place.x, place.y);
    }
    if (!this.#unsent.includes(this.#stroke)) this.#unsent.push(this.#stroke);
    return true;
  }

  /** Whether there is something that the server has not been sent. */
  get waits(): boolean {
    return this.#ready().length > 0;
  }

  /** What the server has not been sent, so many strokes at most; it counts as sent then. */
  take(most = STROKES_IN_A_BATCH): Stroke[] {
    const batch = this.#ready().slice(0, most);
    for (const one of batch) this.#unsent.splice(this.#unsent.indexOf(one), 1);
    return batch.map((one) => {
      const sent = one.tool === "pen" ? (this.#sent.get(one) ?? 0) : 0;
      this.#sent.set(one, one.points.length);
      return { ...one, points: one.points.slice(sent) };
    });
  }

  #ready(): Stroke[] {
    // An arrow that has no end yet waits.
    return this.#unsent.filter((one) => one.tool !== "arrow" || one.points.length === 4);
  }

  #begun({ x, y }: Place, text: string): Stroke {
    const stroke: Stroke = {
      stroke: this.numbers.next(),
      line: this.line,
      tool: this.tool,
      points: [x, y],
      text,
    };
    this.strokes.push(stroke);
    this.#unsent.push(stroke);
    return stroke;
  }
}
