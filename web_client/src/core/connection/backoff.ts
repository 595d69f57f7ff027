const STEPS = [0, 300, 700];
/** While somebody waits before the page: about a minute of attempts, each with its own time limit. */
const SOON = { until: 20, step: 1000 };
const LATER = 5000;
const JITTER = 0.25;

/** Milliseconds to wait before attempt number `attempt` (from 0); `random` is a share from 0 to 1. */
export function delayOf(attempt: number, random: number): number {
  const step = STEPS[attempt] ?? (attempt < SOON.until ? SOON.step : LATER);
  return Math.round(step * (1 - JITTER + 2 * JITTER * random));
}
