/** What is known of a device that a page sends from. */
export interface Signs {
  /** Whether something is to come of it: it is neither muted nor paused by the person, and the page is seen. */
  readonly wanted: boolean;
  readonly ended: boolean;
  /** The system keeps it back: another program has it, or a telephone call. */
  readonly muted: boolean;
  /** Pictures, or seconds of sound, that it has given so far; null where the browser does not tell. */
  readonly given: number | null;
}

/** A telephone call mutes at once; a camera that changes over does so for a moment. */
const MUTED_MS = 3_000;
const STALLED_MS = 5_000;
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 30_000;
/** Who has given something for so long is well again. */
const WELL_MS = 30_000;

/**
 * Notices a camera or microphone that says it lives and gives nothing, as iOS leaves them after a telephone call, and says
 * when to open it again: at once, then after growing pauses, of half a minute in the end. Milliseconds of a steady clock.
 */
export class Vitality {
  #muted: number | null = null;
  #stalled: number | null = null;
  #given: number | null = null;
  #well: number | null = null;
  #tries = 0;
  #next = 0;
  #gone = false;

  /** Whether nothing comes of it. */
  get dead(): boolean {
    return this.#gone;
  }

  /** Looks at the signs of now; whether it is to be opened again now. */
  look(signs: Signs, now: number): boolean {
    const { wanted, ended, muted, given } = signs;
    this.#muted = wanted && muted ? (this.#muted ?? now) : null;
    this.#stalled = wanted && given !== null && given === this.#given ? (this.#stalled ?? now) : null;
    this.#given = given;
    const well = wanted && !ended && !muted && this.#stalled === null;
    this.#well = well ? (this.#well ?? now) : null;
    if (lasts(this.#well, now, WELL_MS)) this.hurry();
    const dead =
      wanted && (ended || lasts(this.#muted, now, MUTED_MS) || lasts(this.#stalled, now, STALLED_MS));
    // What was dead lives again by itself, or is not asked for any more.
    if (!dead && (!wanted || !(muted || this.#stalled !== null))) this.#gone = false;
    if (!dead) return false;
    this.#gone = true;
    if (now < this.#next) return false;
    this.#next = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#tries);
    this.#tries++;
    return true;
  }

  /** Begins anew with another track of the same device. */
  renewed(): void {
    this.#muted = this.#stalled = this.#given = this.#well = null;
    this.#gone = false;
  }

  /** Forgets earlier tries: the page was opened again, or another call has begun, or it is well. */
  hurry(): void {
    this.#tries = this.#next = 0;
  }
}

function lasts(since: number | null, now: number, long: number): boolean {
  return since !== null && now - since >= long;
}
