/** The grid that a picture is divided into, across and down: places on it are whole numbers. */
export const GRID = 10_000;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a picture lies in its tile, in pixels from the tile's corner; it may be larger than the tile. */
export interface Rect extends Size {
  readonly left: number;
  readonly top: number;
}

/** A place on a picture, upright and not mirrored, in steps of the grid. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A point of a tile in pixels. */
export interface Point {
  readonly left: number;
  readonly top: number;
}

/** What is looked at: the place in the middle, and how much larger than fitted. */
export interface Look extends Place {
  readonly scale: number;
}

export const WHOLE: Look = { x: GRID / 2, y: GRID / 2, scale: 1 };
export const SCALE_MOST = 8;

/** Where a browser lays a picture in a tile by `object-fit`: whole with bands beside it, or so that it covers the tile. */
export function fitted(tile: Size, picture: Size, fit: "contain" | "cover"): Rect {
  const across = tile.width / picture.width;
  const down = tile.height / picture.height;
  const scale = fit === "contain" ? Math.min(across, down) : Math.max(across, down);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: (tile.width - width) / 2, top: (tile.height - height) / 2, width, height };
}

/** Where a picture lies that is looked at more closely; where it is smaller than the room it stands in the middle. */
export function lookedAt(room: Size, picture: Size, look: Look): Rect {
  const whole = fitted(room, picture, "contain");
  const width = whole.width * look.scale;
  const height = whole.height * look.scale;
  return {
    left: edge(room.width, width, look.x),
    top: edge(room.height, height, look.y),
    width,
    height,
  };
}

function edge(room: number, length: number, middle: number): number {
  if (length <= room) return (room - length) / 2;
  return clamp(room / 2 - (middle / GRID) * length, room - length, 0);
}

/** The look after a picture was pulled by so many pixels. */
export function pulled(look: Look, rect: Rect, room: Size, by: Point): Look {
  const x = middleOf(room.width, rect.left + by.left, rect.width);
  const y = middleOf(room.height, rect.top + by.top, rect.height);
  return { ...look, x, y };
}

function middleOf(room: number, edgeAt: number, length: number): number {
  if (length <= room) return GRID / 2;
  return Math.round(((room / 2 - clamp(edgeAt, room - length, 0)) / length) * GRID);
}

/** The look after it was enlarged, or made smaller. */
export function enlarged(look: Look, by: number): Look {
  const scale = clamp(look.scale * by, 1, SCALE_MOST);
  return scale === 1 ? WHOLE : { ...look, scale };
}

/** The place of the picture under a point of its tile; null beside the picture. */
export function placeAt(point: Point, rect: Rect, mirrored = false): Place | null {
  const across = (point.left - rect.left) / rect.width;
  const down = (point.top - rect.top) / rect.height;
  if (!(across >= 0 && across <= 1 && down >= 0 && down <= 1)) return null;
  return { x: Math.round((mirrored ? 1 - across : across) * GRID), y: Math.round(down * GRID) };
}

/** Where a place of the picture lies in its tile. */
export function pointOf({ x, y }: Place, rect: Rect, mirrored = false): Point {
  const across = mirrored ? 1 - x / GRID : x / GRID;
  return { left: rect.left + across * rect.width, top: rect.top + (y / GRID) * rect.height };
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const STEP = 100;

/** The cross-hair after an arrow key, a hundredth further or five with shift, as it is seen; null for another key. */
export function stepped(place: Place, key: string, far: boolean, mirrored = false): Place | null {
  const way = WAYS[key];
  if (!way) return null;
  const step = STEP * (far ? 5 : 1);
  const across = way[0] * step * (mirrored ? -1 : 1);
  return { x: clamp(place.x + across, 0, GRID), y: clamp(place.y + way[1] * step, 0, GRID) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
