import type { Rect } from "@/features/annotation/geometry";
import type { Hint } from "./guidance";

/** A line in shares of the outline's shorter side from its middle, to the right and down; its end has the arrow's head. */
type Line = readonly (readonly [number, number])[];

const RADIUS = 0.32;
const STEP = 15;
const OUT: readonly Line[] = [
  [
    [-0.12, -0.12],
    [-0.36, -0.36],
  ],
  [
    [0.12, -0.12],
    [0.36, -0.36],
  ],
  [
    [-0.12, 0.12],
    [-0.36, 0.36],
  ],
  [
    [0.12, 0.12],
    [0.36, 0.36],
  ],
];
const ARROWS: Record<Hint, readonly Line[]> = {
  here: [
    [
      [0, -0.44],
      [0, 0.04],
    ],
  ],
  upright: [arc(0, 90)],
  sideways: [arc(-90, 0)],
  turn_round: [arc(-160, 0), arc(20, 180)],
  closer: OUT,
  further: OUT.map((line) => [...line].reverse()),
  flatter: [
    [
      [-0.1, 0],
      [-0.4, 0],
    ],
    [
      [0.1, 0],
      [0.4, 0],
    ],
  ],
  less_shine: [
    [
      [-0.3, 0.3],
      [-0.34, -0.02],
      [-0.2, -0.3],
    ],
  ],
  more_light: [
    [
      [-0.32, -0.36],
      [-0.12, -0.08],
    ],
    [
      [0, -0.42],
      [0, -0.06],
    ],
    [
      [0.32, -0.36],
      [0.12, -0.08],
    ],
  ],
};

/** A part of a circle, clockwise from one angle to another; 0 is at the right, 90 at the bottom. */
function arc(from: number, to: number): Line {
  const steps = Math.round((to - from) / STEP);
  return Array.from({ length: steps + 1 }, (_, at) => {
    const angle = ((from + ((to - from) * at) / steps) * Math.PI) / 180;
    return [RADIUS * Math.cos(angle), RADIUS * Math.sin(angle)] as const;
  });
}

/** What shows a hint on an outline, as paths of SVG. */
export function arrowsOn(outline: Rect, hint: Hint): string[] {
  const unit = Math.min(outline.width, outline.height);
  const [middle, centre] = [outline.left + outline.width / 2, outline.top + outline.height / 2];
  return ARROWS[hint].map((line) => {
    const places = line.map(
      ([x, y]) => `${(middle + x * unit).toFixed(1)} ${(centre + y * unit).toFixed(1)}`,
    );
    return `M${places.join("L")}`;
  });
}
