import type { Drawn } from "@/core/protocol";
import { type Point, pointOf, type Rect } from "./geometry";

type Tool = Drawn["tool"];

/** A stroke as it is painted: of the server's, or the page's own that the server has not told back yet. */
export interface Painted {
  readonly who: number;
  readonly tool: Tool;
  readonly points: readonly number[];
  readonly text: string;
  readonly number: number;
}

/** Colours by person, the edge that keeps them apart from any picture, and the type. */
export interface Look {
  readonly colours: readonly string[];
  readonly edge: string;
  readonly font: string;
  /** The largest type, in pixels: what is drawn grows with a picture that is enlarged, but not for ever. */
  readonly largest: number;
}

/** What is painted on one picture. */
export interface Painting {
  readonly strokes: readonly Painted[];
  readonly pointers: readonly { who: number; x: number; y: number }[];
  /** Names by person: each stands at the last stroke of its person, since colours alone tell nobody. */
  readonly names: readonly string[];
  readonly cross: { x: number; y: number } | null;
}

/** Paints everything into the place where the picture lies; sizes follow the picture's, so that it is the same on every screen. */
export function paint(
  context: CanvasRenderingContext2D,
  rect: Rect,
  mirrored: boolean,
  painting: Painting,
  look: Look,
): void {
  const brush = new Brush(context, rect, mirrored, look);
  for (const stroke of painting.strokes) brush.stroke(stroke);
  for (const [who, stroke] of lastOf(painting.strokes)) {
    const [x = 0, y = 0] = stroke.points.slice(-2);
    brush.name(who, { x, y }, painting.names[who] ?? "");
  }
  for (const pointer of painting.pointers)
    brush.pointer(pointer.who, pointer, painting.names[pointer.who] ?? "");
  if (painting.cross) brush.cross(painting.cross);
}

function lastOf(strokes: readonly Painted[]): Map<number, Painted> {
  return new Map(strokes.map((one) => [one.who, one]));
}

class Brush {
  readonly #width: number;
  readonly #type: number;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly rect: Rect,
    private readonly mirrored: boolean,
    private readonly look: Look,
  ) {
    const size = Math.sqrt(rect.width * rect.height);
    this.#type = Math.min(look.largest, Math.max(13, size / 36));
    this.#width = Math.max(3, this.#type / 4.4);
    context.lineCap = context.lineJoin = "round";
    context.textBaseline = "middle";
  }

  stroke(stroke: Painted): void {
    const points = this.#points(stroke.points);
    const [first] = points;
    const last = points.at(-1);
    if (!first || !last) return;
    if (stroke.tool === "number") this.#badge(stroke.who, first, String(stroke.number || ""));
    else if (stroke.tool === "text") this.#words(stroke.who, first, stroke.text);
    else if (stroke.tool === "pen") this.#line(stroke.who, points);
    else if (points.length === 2) {
      this.#line(stroke.who, points, headOf(first, last, 5 * this.#width));
      // Its number stands where it begins, so that the point covers nothing of what it shows.
      if (stroke.number) this.#badge(stroke.who, first, String(stroke.number));
    }
  }

  /** A ring with a point in it, and the name. */
  pointer(who: number, place: { x: number; y: number }, name: string): void {
    const at = pointOf(place, this.rect, this.mirrored);
    const { context } = this;
    for (const [radius, width, colour] of [
      [4 * this.#width, 2.2 * this.#width, this.look.edge],
      [4 * this.#width, this.#width, this.#colour(who)],
    ] as const) {
      context.beginPath();
      context.arc(at.left, at.top, radius, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    this.#dot(at, 1.2 * this.#width, this.#colour(who));
    this.name(who, place, name);
  }

  name(who: number, place: { x: number; y: number }, name: string): void {
    const at = pointOf(place, this.rect, this.mirrored);
    const offset = this.#width + 2.1 * this.#type;
    const top = at.top + offset < this.rect.top + this.rect.height ? at.top + offset : at.top - offset;
    this.#words(who, { left: at.left, top }, name, 0.8);
  }

  cross(place: { x: number; y: number }): void {
    const { left, top } = pointOf(place, this.rect, this.mirrored);
    const arm = 6 * this.#width;
    for (const [width, colour] of [
      [2 * this.#width, this.look.edge],
      [0.8 * this.#width, this.#colour(-1)],
    ] as const) {
      this.context.beginPath();
      this.context.moveTo(left - arm, top);
      this.context.lineTo(left + arm, top);
      this.context.moveTo(left, top - arm);
      this.context.lineTo(left, top + arm);
      this.context.lineWidth = width;
      this.context.strokeStyle = colour;
      this.context.stroke();
    }
  }

  #points(flat: readonly number[]): Point[] {
    return Array.from({ length: flat.length / 2 }, (_, at) =>
      pointOf({ x: flat[2 * at] ?? 0, y: flat[2 * at + 1] ?? 0 }, this.rect, this.mirrored),
    );
  }

  #line(who: number, points: readonly Point[], head: readonly Point[] = []): void {
    for (const [width, colour] of [
      [2.2 * this.#width, this.look.edge],
      [this.#width, this.#colour(who)],
    ] as const) {
      this.context.beginPath();
      for (const part of [points, head]) {
        for (const [at, { left, top }] of part.entries()) {
          if (at === 0) this.context.moveTo(left, top);
          // A point alone is a dot.
          if (at > 0 || part.length === 1) this.context.lineTo(left, top);
        }
      }
      this.context.lineWidth = width;
      this.context.strokeStyle = colour;
      this.context.stroke();
    }
  }

  #badge(who: number, at: Point, text: string): void {
    this.#dot(at, 1.15 * this.#type, this.look.edge);
    this.#dot(at, this.#type, this.#colour(who));
    this.#write(text, at, "center", this.look.edge, 1.1);
  }

  #words(who: number, at: Point, text: string, share = 1): void {
    if (!text) return;
    const { context } = this;
    context.font = `600 ${this.#type * share}px ${this.look.font}`;
    const width = context.measureText(text).width + this.#type * share;
    const height = 1.7 * this.#type * share;
    const most = Math.max(this.rect.left, this.rect.left + this.rect.width - width);
    const left = Math.min(most, Math.max(this.rect.left, at.left - width / 2));
    context.fillStyle = this.#colour(who);
    context.fillRect(left, at.top - height / 2, width, height);
    this.#write(text, { left: left + width / 2, top: at.top }, "center", this.look.edge, share);
  }

  #write(text: string, at: Point, align: CanvasTextAlign, colour: string, share: number): void {
    this.context.font = `600 ${this.#type * share}px ${this.look.font}`;
    this.context.textAlign = align;
    this.context.fillStyle = colour;
    this.context.fillText(text, at.left, at.top);
  }

  #dot(at: Point, radius: number, colour: string): void {
    this.context.beginPath();
    this.context.arc(at.left, at.top, radius, 0, 2 * Math.PI);
    this.context.fillStyle = colour;
    this.context.fill();
  }

  #colour(who: number): string {
    const { colours, edge } = this.look;
    return who < 0 ? (colours.at(-1) ?? edge) : (colours[who % colours.length] ?? edge);
  }
}

/** The head of an arrow: from one barb over the point to the other. */
function headOf(from: Point, to: Point, length: number): Point[] {
  const angle = Math.atan2(to.top - from.top, to.left - from.left);
  const barb = (turn: number) => ({
    left: to.left - length * Math.cos(angle + turn),
    top: to.top - length * Math.sin(angle + turn),
  });
  return [barb(0.5), to, barb(-0.5)];
}

/** The colours and the type of the page, from its tokens. */
export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    colours: [1, 2, 3, 4].map((one) => token(`--drawn-${one}`)),
    edge: token("--paper"),
    font: token("--font"),
    largest: 28,
  };
}

/** A server's stroke as it is painted. */
export const painted = ({ who, tool, points, text, number }: Drawn): Painted => ({
  who,
  tool,
  points,
  text,
  number,
});

/** Whether two pictures have the same shape, sizes being rounded. */
export function sameShape(one: number, other: number): boolean {
  return Math.abs(one - other) <= 0.04 * other;
}
