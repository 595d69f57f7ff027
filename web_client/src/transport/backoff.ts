const STEPS = [0, 300, 1200, 2700, 4800, 7000];
const JITTER = 0.25;

/** Milliseconds to wait before attempt number `attempt` (from 0); `random` is a share from 0 to 1. */
export function delayOf(attempt: number, random: number): number {
  const step = STEPS[Math.min(attempt, STEPS.length - 1)] ?? 0;
  return Math.round(step * (1 - JITTER + 2 * JITTER * random));
}
