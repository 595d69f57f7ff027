import { describe, expect, it } from "vitest";
import { FigureLog, type Figures, grade } from "./figures";
import { readStatistics, type Statistics } from "./statistics";

const NOTHING = readStatistics([]);

/** A connection that has done so well for so many seconds. */
function after(seconds: number, other: Partial<Statistics> = {}): Statistics {
  const steady = { packets: seconds * 200, frames: seconds * 25, heard: seconds * 48_000, roundTrip: 0.03 };
  return { ...NOTHING, ...steady, ...other };
}

describe("FigureLog", () => {
  it("has nothing to say after one look", () => {
    expect(new FigureLog().look(after(2), 2)).toBeNull();
  });

  it("speaks of what came since the look before", () => {
    const log = new FigureLog();
    log.look(after(2), 2);
    const seen = { lost: 100, lossUp: 0.05, jitter: 0.02, freezes: 1, frozen: 0.8, concealed: 960 };
    expect(log.look(after(4, seen), 4)).toEqual({
      roundTrip: 0.03,
      lossUp: 0.05,
      lossDown: 0.2,
      jitter: 0.02,
      freezes: 1,
      frozen: 0.8,
      concealed: 0.01,
      framesPerSecond: 25,
    });
  });

  it("forgets what is more than ten seconds ago", () => {
    const log = new FigureLog();
    const bad = { freezes: 3, frozen: 2, lost: 50 };
    log.look(after(0), 0);
    const heard = [2, 4, 6, 8, 10, 12].map((at) =>
      log.look(after(at, { ...bad, lossUp: at === 2 ? 0.3 : 0 }), at),
    );
    expect(heard.map((figures) => figures?.freezes)).toEqual([3, 3, 3, 3, 3, 0]);
    expect(heard.map((figures) => figures?.lossUp)).toEqual([0.3, 0.3, 0.3, 0.3, 0.3, 0.3]);
    expect(log.look(after(14, bad), 14)?.lossUp).toBe(0);
  });

  it("speaks of the pictures of now, not of those before the camera was on", () => {
    const log = new FigureLog();
    log.look(after(0), 0);
    log.look(after(2, { frames: 0 }), 2);
    expect(log.look(after(4, { frames: 50 }), 4)?.framesPerSecond).toBe(25);
  });

  it("counts nothing backwards: what was asked for again and came is no longer lost", () => {
    const log = new FigureLog();
    log.look(after(2, { lost: 30 }), 2);
    expect(log.look(after(4, { lost: 10 }), 4)?.lossDown).toBe(0);
  });
});

describe("grade", () => {
  const well = new FigureLog();
  well.look(after(0), 0);
  const good = well.look(after(2), 2) as Figures;

  it.each([
    [{}, "good"],
    [{ roundTrip: null }, "good"],
    [{ roundTrip: 0.4 }, "fair"],
    [{ frozen: 0.2 }, "fair"],
    [{ lossUp: 0.05 }, "fair"],
    [{ frozen: 1.2 }, "poor"],
    [{ lossDown: 0.09, roundTrip: 0.4 }, "poor"],
    [{ concealed: 0.11 }, "poor"],
  ] as const)("says of %j: %s", (other, word) => {
    expect(grade({ ...good, ...other })).toBe(word);
  });
});
