import { expect, it } from "vitest";
import { readGiven, readStatistics } from "./statistics";

it("adds up every stream, takes the worst of what is not a count, and finds the path in use", () => {
  const reports = [
    {
      type: "inbound-rtp",
      kind: "audio",
      packetsReceived: 100,
      packetsLost: 3,
      jitter: 0.004,
      totalSamplesReceived: 48_000,
      concealedSamples: 900,
      silentConcealedSamples: 400,
    },
    {
      type: "inbound-rtp",
      kind: "video",
      packetsReceived: 1000,
      packetsLost: 20,
      nackCount: 25,
      jitter: 0.011,
      framesDecoded: 240,
      freezeCount: 2,
      totalFreezesDuration: 1.5,
    },
    { type: "outbound-rtp", kind: "video", nackCount: 99 },
    { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.01 },
    { type: "remote-inbound-rtp", kind: "video", fractionLost: 0.06 },
    { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.12 },
  ];
  expect(readStatistics(reports)).toEqual({
    packets: 1100,
    lost: 23,
    asked: 25,
    video: 1000,
    heard: 48_000,
    concealed: 500,
    frames: 240,
    freezes: 2,
    frozen: 1.5,
    roundTrip: 0.12,
    jitter: 0.011,
    lossUp: 0.06,
  });
});

it("knows no round trip before the path does", () => {
  expect(readStatistics([{ type: "candidate-pair", nominated: true }]).roundTrip).toBeNull();
});

it("tells what each track has given, where the browser does", () => {
  const reports = [
    { type: "media-source", kind: "video", trackIdentifier: "camera", frames: 250 },
    { type: "media-source", kind: "audio", trackIdentifier: "microphone", totalSamplesDuration: 10.02 },
    { type: "media-source", kind: "video", trackIdentifier: "other" },
    { type: "outbound-rtp", kind: "video", trackIdentifier: "camera", frames: 3 },
  ];
  expect([...readGiven(reports)]).toEqual([
    ["camera", 250],
    ["microphone", 10.02],
  ]);
});
