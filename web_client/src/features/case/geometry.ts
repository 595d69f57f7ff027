import type { Mark } from "@/core/protocol";

/** How far a page is turned on the screen, in degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/** A place as shares of a width and a height, 0 to 1. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export type Box = Omit<Mark, "page_id">;

/** The next turn clockwise. */
export function turned(turn: Turn): Turn {
  return ((turn + 90) % 360) as Turn;
}

/** Where on the upright page a place of the turned picture lies; outside the picture counts as its edge. */
export function onPage(seen: Place, turn: Turn): Place {
  const x = Math.min(1, Math.max(0, seen.x));
  const y = Math.min(1, Math.max(0, seen.y));
  if (turn === 90) return { x: y, y: 1 - x };
  if (turn === 180) return { x: 1 - x, y: 1 - y };
  if (turn === 270) return { x: 1 - y, y: x };
  return { x, y };
}

/** The rectangle between two corners, whichever they are. */
export function boxOf(one: Place, other: Place): Box {
  return {
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x),
    height: Math.abs(one.y - other.y),
  };
}

const STEP = 0.01;
/** What a mark begins with when it is drawn by keyboard: in the middle, large enough to be seen. */
const FIRST: Box = { x: 0.35, y: 0.42, width: 0.3, height: 0.16 };
const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The mark after a key: arrows move it, with shift they size it, and it stays on its page; null for another key. */
export function nudged(box: Box | null, key: string, sizes: boolean): Box | null {
  const way = WAYS[key];
  if (!way) return null;
  if (!box) return FIRST;
  const [across, down] = [way[0] * STEP, way[1] * STEP];
  const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
  if (sizes) {
    const width = within(box.width + across, 2 * STEP, 1 - box.x);
    return { ...box, width, height: within(box.height + down, 2 * STEP, 1 - box.y) };
  }
  const x = within(box.x + across, 0, 1 - box.width);
  return { ...box, x, y: within(box.y + down, 0, 1 - box.height) };
}

/** Where the rectangle lies on its page, as style. */
export function styleOf(box: Box): Record<"left" | "top" | "width" | "height", string> {
  const share = (value: number) => `${value * 100}%`;
  return { left: share(box.x), top: share(box.y), width: share(box.width), height: share(box.height) };
}

/** Whether a rectangle is large enough to be meant as one, and not a slip of the hand. */
export function isMeant(box: Box): boolean {
  return box.width > 0.01 && box.height > 0.01;
}
