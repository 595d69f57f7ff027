import { describe, expect, it } from "vitest";
import { type Received, ReceptionJudge } from "./reception";

const STEP = 500;

/** The counts after `looks` looks, of which each brought 500 packets and these shares. */
function* counts(looks: number, lost: number, asked: number, from = 0): Generator<Received> {
  for (let look = from + 1; look <= from + looks; look++) {
    const packets = look * STEP;
    yield { packets, video: packets, lost: Math.round(packets * lost), asked: Math.round(packets * asked) };
  }
}

describe("ReceptionJudge", () => {
  it("leaves a clear link to the browser", () => {
    const judge = new ReceptionJudge();
    for (const now of counts(10, 0, 0.001)) {
      expect(judge.look(now, 0.1)).toEqual({ weak: false, hold: null });
    }
  });

  it("calls a tenth lost weak, and holds pictures back for three round trips", () => {
    const judge = new ReceptionJudge();
    const [now] = counts(1, 0.12, 0.1);
    expect(judge.look(now as Received, 0.2)).toEqual({ weak: true, hold: 650 });
  });

  it("counts a round trip of 100 ms at least, one more where much is lost, and 700 ms at most", () => {
    for (const [roundTrip, asked, hold] of [
      [0, 0.1, 350],
      [0.05, 0.1, 350],
      [0.12, 0.2, 530],
      [2, 0.1, 700],
    ] as const) {
      const [now] = counts(1, 0, asked);
      expect(new ReceptionJudge().look(now as Received, roundTrip).hold).toBe(hold);
    }
  });

  it("takes the delay back after sixteen smooth seconds, not before", () => {
    const judge = new ReceptionJudge();
    const [rough] = counts(1, 0.1, 0.1);
    judge.look(rough as Received, 0.1);
    const asked = (rough as Received).asked;
    const holds = [...counts(8, 0, 0, 1)].map((now) => judge.look({ ...now, lost: 50, asked }, 0.1).hold);
    expect(holds).toEqual([...Array(7).fill(350), null]);
  });

  it("does not judge by a handful of packets", () => {
    const judge = new ReceptionJudge();
    expect(judge.look({ packets: 20, lost: 10, asked: 10, video: 20 }, 0.1)).toEqual({
      weak: false,
      hold: null,
    });
  });
});
