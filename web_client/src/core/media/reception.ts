/** Counts of everything received on the page's connection, since it was made. */
export interface Received {
  readonly packets: number;
  readonly lost: number;
  /** Packets that had to be asked for again. */
  readonly asked: number;
  readonly video: number;
}

/** How reception has been since the last look. */
export interface Reception {
  readonly weak: boolean;
  /** Milliseconds that pictures and sound should be held back, so that repeats come in time; null leaves it to the browser. */
  readonly hold: number | null;
}

const WEAK_LOSS = 0.08;
const FEW = 50;
/** Share of video packets asked for again, above which pictures are held back, and below which no longer. */
const ROUGH = 0.02;
const SMOOTH = 0.005;
/** Looks, of two seconds each, that must be smooth before the delay is taken back. */
const CALM = 8;
/** Round trips that a repeat may need: asked for, lost again, asked for once more; one more where much is lost. */
const TRIPS = { some: 3, many: 4 };
const MANY = 0.12;
const ENDS_MS = 50;
/** The round trip that counts at least: the loss may be on the other side's line, which is not seen from here. */
const LEAST_TRIP_MS = 100;
const MOST_HOLD_MS = 700;

export const NOTHING_RECEIVED: Received = { packets: 0, lost: 0, asked: 0, video: 0 };

/** Judges the link by what was received; a page sees losses before the server, too, by what it has to ask for. */
export class ReceptionJudge {
  #before = NOTHING_RECEIVED;
  #hold: number | null = null;
  #calm = 0;

  /** Looks at the counts of now; `roundTrip` in seconds, 0 when it is not known. */
  look(now: Received, roundTrip: number): Reception {
    const lost = now.lost - this.#before.lost;
    const all = now.packets - this.#before.packets + lost;
    const video = now.video - this.#before.video;
    const asked = now.asked - this.#before.asked;
    this.#before = now;
    if (video > FEW) this.#adjust(asked / video, roundTrip);
    return { weak: all > FEW && lost / all > WEAK_LOSS, hold: this.#hold };
  }

  #adjust(share: number, roundTrip: number): void {
    if (share > ROUGH) {
      this.#calm = 0;
      const trip = Math.max(LEAST_TRIP_MS, Math.round(roundTrip * 1000));
      const wanted = Math.min(MOST_HOLD_MS, trip * (share > MANY ? TRIPS.many : TRIPS.some) + ENDS_MS);
      this.#hold = Math.max(this.#hold ?? 0, wanted);
    } else if (share < SMOOTH && ++this.#calm >= CALM) {
      this.#hold = null;
    }
  }
}
