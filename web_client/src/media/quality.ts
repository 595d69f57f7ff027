import type { Bilingual } from "../protocol";

/** How the network carries the call. */
export type NetworkLevel = "good" | "weak" | "lost";

/** A level with the reason in words. */
export interface Quality {
  readonly level: NetworkLevel;
  readonly text: Bilingual;
}

/** Counters of the peer connection at one moment, as the browser counts them: totals since the start. */
export interface Sample {
  readonly at: number;
  readonly received: number;
  readonly lost: number;
  readonly bytes: number;
  /** Loss that the server reports about what this page sends, share 0 to 1. */
  readonly sendLoss: number;
  /** Milliseconds there and back, null before the first measurement. */
  readonly roundTrip: number | null;
  /** The browser sends less than it would because of the network. */
  readonly limited: boolean;
}

const WEAK_LOSS = 0.05;
const WEAK_ROUND_TRIP_MS = 400;

export const LOST: Quality = {
  level: "lost",
  text: { zh: "网络已断开，正在自动重新连接。", en: "The network is gone. Reconnecting by itself." },
};
export const GOOD: Quality = { level: "good", text: { zh: "网络正常", en: "Network is good" } };

const WEAK_IN: Quality = weak(
  "网络不稳定，对方画面可能卡顿。",
  "The network is unsteady; the other side's picture may stop briefly.",
);
const WEAK_OUT: Quality = weak(
  "网络不稳定，对方可能看不清、听不清。",
  "The network is unsteady; the other side may not see or hear you well.",
);
const WEAK_SLOW: Quality = weak(
  "网络延迟较大，说话后请稍等对方回应。",
  "The network is slow; wait a moment for answers.",
);

/** Judges the time between two samples. */
export function judge(before: Sample, now: Sample): Quality {
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  if (received + lost > 0 && lost / (received + lost) > WEAK_LOSS) return WEAK_IN;
  if (now.sendLoss > WEAK_LOSS || now.limited) return WEAK_OUT;
  if (now.roundTrip !== null && now.roundTrip > WEAK_ROUND_TRIP_MS) return WEAK_SLOW;
  return GOOD;
}

/** Sums a statistics report. */
export function sampleOf(report: RTCStatsReport, at: number): Sample {
  let [received, lost, bytes, sendLoss] = [0, 0, 0, 0];
  let roundTrip: number | null = null;
  let limited = false;
  for (const entry of report.values()) {
    if (entry.type === "inbound-rtp") {
      received += entry.packetsReceived ?? 0;
      lost += entry.packetsLost ?? 0;
      bytes += entry.bytesReceived ?? 0;
    } else if (entry.type === "remote-inbound-rtp") {
      sendLoss = Math.max(sendLoss, entry.fractionLost ?? 0);
    } else if (
      entry.type === "candidate-pair" &&
      entry.nominated &&
      entry.currentRoundTripTime !== undefined
    ) {
      roundTrip = entry.currentRoundTripTime * 1000;
    } else if (entry.type === "outbound-rtp" && entry.qualityLimitationReason === "bandwidth") {
      limited = true;
    }
  }
  return { at, received, lost, bytes, sendLoss, roundTrip, limited };
}

function weak(zh: string, en: string): Quality {
  return { level: "weak", text: { zh, en } };
}
