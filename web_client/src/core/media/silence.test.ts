import { expect, test } from "vitest";
import { SilenceWatch } from "./silence";

test("ten seconds without any sound are silence, and the first sound ends it", () => {
  const watch = new SilenceWatch();
  expect(watch.look(0, 1_000)).toBe(false);
  expect(watch.look(0, 10_999)).toBe(false);
  expect(watch.look(0, 11_000)).toBe(true);
  expect(watch.look(0.001, 11_100)).toBe(false);
  expect(watch.look(0, 12_000)).toBe(false);
});

test("a quiet room is no dead microphone, and a muted time does not count", () => {
  const watch = new SilenceWatch();
  for (let now = 0; now < 20_000; now += 100) expect(watch.look(0.0004, now)).toBe(false);
  watch.look(0, 20_000);
  watch.reset();
  expect(watch.look(0, 31_000)).toBe(false);
});
