import type { Statistics } from "./statistics";

/** How the page's connection did in the last ten seconds; shares are 0 to 1, times are in seconds. */
export interface Figures {
  readonly roundTrip: number | null;
  readonly lossUp: number;
  readonly lossDown: number;
  readonly jitter: number;
  readonly freezes: number;
  readonly frozen: number;
  readonly concealed: number;
  /** Since the last look. */
  readonly framesPerSecond: number;
}

export type Grade = "good" | "fair" | "poor";

/** Looks that the figures are over. */
export const LOOKS = 5;
type Limits = Record<"roundTrip" | "lossUp" | "lossDown" | "frozen" | "concealed", number>;
/** Beyond these people notice, and beyond those they complain. */
const NOTICED: Limits = { roundTrip: 0.3, lossUp: 0.02, lossDown: 0.02, frozen: 0, concealed: 0.02 };
const BAD: Limits = { roundTrip: 0.8, lossUp: 0.1, lossDown: 0.08, frozen: 1, concealed: 0.1 };

/** Keeps the last looks at a connection, the counts of which grow from its beginning. */
export class FigureLog {
  readonly #looks: { at: number; seen: Statistics }[] = [];

  /** Takes what is seen at `at` (seconds); null until there is something to compare it with. */
  look(seen: Statistics, at: number): Figures | null {
    this.#looks.push({ at, seen });
    if (this.#looks.length > LOOKS + 1) this.#looks.shift();
    const first = this.#looks[0];
    const before = this.#looks.at(-2);
    if (!first || !before) return null;
    const grown = (name: "packets" | "lost" | "heard" | "concealed" | "freezes" | "frozen") =>
      Math.max(0, seen[name] - first.seen[name]);
    const lost = grown("lost");
    return {
      roundTrip: seen.roundTrip,
      lossUp: worst(this.#looks, "lossUp"),
      lossDown: share(lost, lost + grown("packets")),
      jitter: worst(this.#looks, "jitter"),
      freezes: grown("freezes"),
      frozen: grown("frozen"),
      concealed: share(grown("concealed"), grown("heard")),
      framesPerSecond: Math.max(0, seen.frames - before.seen.frames) / (at - before.at),
    };
  }
}

/** One word for all figures: what people see and hear of the line. */
export function grade(figures: Figures): Grade {
  const over = (limits: Limits) =>
    (Object.keys(limits) as (keyof Limits)[]).some((name) => (figures[name] ?? 0) > limits[name]);
  if (over(BAD)) return "poor";
  return over(NOTICED) ? "fair" : "good";
}

function worst(looks: readonly { seen: Statistics }[], name: "lossUp" | "jitter"): number {
  return Math.max(...looks.map(({ seen }) => seen[name]));
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}
