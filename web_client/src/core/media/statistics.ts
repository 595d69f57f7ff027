import type { Received } from "./reception";

/** What a browser says of everything on the page's connection: counts since it was made, and values of now. */
export interface Statistics extends Received {
  /** Samples of sound played, and those of them that had to be made up because they did not come in time. */
  readonly heard: number;
  readonly concealed: number;
  readonly frames: number;
  readonly freezes: number;
  /** Seconds that all freezes took together. */
  readonly frozen: number;
  /** Seconds; null when it is not known. */
  readonly roundTrip: number | null;
  /** Seconds, of the worst stream. */
  readonly jitter: number;
  /** Share that the server last missed of the worst stream. */
  readonly lossUp: number;
}

/** Adds up the streams in a browser's statistics (W3C webrtc-stats). */
export function readStatistics(reports: Iterable<Record<string, unknown>>): Statistics {
  const sum = {
    packets: 0,
    lost: 0,
    asked: 0,
    video: 0,
    heard: 0,
    concealed: 0,
    frames: 0,
    freezes: 0,
    frozen: 0,
  };
  let [roundTrip, jitter, lossUp]: [number | null, number, number] = [null, 0, 0];
  for (const one of reports) {
    if (one.type === "inbound-rtp") {
      sum.packets += count(one.packetsReceived);
      sum.lost += count(one.packetsLost);
      jitter = Math.max(jitter, count(one.jitter));
      sum.heard += count(one.totalSamplesReceived);
      // Silence is made up, too, while nobody sends: that is no fault.
      sum.concealed += count(one.concealedSamples) - count(one.silentConcealedSamples);
      if (one.kind !== "video") continue;
      sum.video += count(one.packetsReceived);
      sum.asked += count(one.nackCount);
      sum.frames += count(one.framesDecoded);
      sum.freezes += count(one.freezeCount);
      sum.frozen += count(one.totalFreezesDuration);
    } else if (one.type === "remote-inbound-rtp") {
      lossUp = Math.max(lossUp, count(one.fractionLost));
    } else if (
      one.type === "candidate-pair" &&
      one.nominated &&
      typeof one.currentRoundTripTime === "number"
    ) {
      roundTrip = one.currentRoundTripTime;
    }
  }
  return { ...sum, roundTrip, jitter, lossUp };
}

/** What each track has given so far: pictures of a camera, seconds of a microphone; only of what is being sent. */
export function readGiven(reports: Iterable<Record<string, unknown>>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of reports) {
    if (one.type !== "media-source") continue;
    const given = one.kind === "video" ? one.frames : one.totalSamplesDuration;
    if (typeof given === "number") found.set(String(one.trackIdentifier), given);
  }
  return found;
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
