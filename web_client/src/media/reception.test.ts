import { describe, expect, it } from "vitest";
import { type Received, ReceptionJudge, readStatistics } from "./reception";

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

  it("calls a tenth lost weak, and holds pictures back for two and a half round trips", () => {
    const judge = new ReceptionJudge();
    const [now] = counts(1, 0.12, 0.1);
    expect(judge.look(now as Received, 0.2)).toEqual({ weak: true, hold: 550 });
  });

  it("holds back at least 300 ms, since the repeats may be for the other side's line, and at most 600", () => {
    for (const [roundTrip, hold] of [
      [0, 300],
      [0.05, 300],
      [2, 600],
    ] as const) {
      const [now] = counts(1, 0, 0.1);
      expect(new ReceptionJudge().look(now as Received, roundTrip).hold).toBe(hold);
    }
  });

  it("takes the delay back after sixteen smooth seconds, not before", () => {
    const judge = new ReceptionJudge();
    const [rough] = counts(1, 0.1, 0.1);
    judge.look(rough as Received, 0.1);
    const asked = (rough as Received).asked;
    const holds = [...counts(8, 0, 0, 1)].map((now) => judge.look({ ...now, lost: 50, asked }, 0.1).hold);
    expect(holds).toEqual([300, 300, 300, 300, 300, 300, 300, null]);
  });

  it("does not judge by a handful of packets", () => {
    const judge = new ReceptionJudge();
    expect(judge.look({ packets: 20, lost: 10, asked: 10, video: 20 }, 0.1)).toEqual({
      weak: false,
      hold: null,
    });
  });
});

it("adds up every stream and finds the round trip of the path in use", () => {
  const reports = [
    { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 3 },
    { type: "inbound-rtp", kind: "video", packetsReceived: 1000, packetsLost: 20, nackCount: 25 },
    { type: "outbound-rtp", kind: "video", nackCount: 99 },
    { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.12 },
  ];
  expect(readStatistics(reports)).toEqual([{ packets: 1100, lost: 23, asked: 25, video: 1000 }, 0.12]);
});
