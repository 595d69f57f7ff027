import { expect, test } from "vitest";
import { BAR_SECONDS, bar, CHIME, RING, TRIAL } from "./tones";

test("nothing that sounds together is louder than a speaker can play", () => {
  for (const tones of [CHIME, RING, TRIAL, bar(0)]) {
    for (const { at } of tones) {
      const together = tones.filter((one) => one.at <= at && at < one.at + one.seconds);
      expect(together.reduce((sum, one) => sum + one.loud, 0)).toBeLessThan(1);
    }
  }
});

test("the music is softer than what calls, goes round, and each bar begins where the last one ended", () => {
  const loudest = (tones: readonly { loud: number }[]) => Math.max(...tones.map((one) => one.loud));
  expect(loudest(bar(0))).toBeLessThan(loudest(CHIME) / 2);
  expect(bar(4)).toEqual(bar(0));
  expect(bar(1)).not.toEqual(bar(0));
  for (const { at } of bar(0)) expect(at).toBeLessThan(BAR_SECONDS);
});
