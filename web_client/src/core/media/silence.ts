/** Root mean square that even a quiet room exceeds: below it a microphone is dead, unplugged or muted by a switch. */
const DEAD = 0.0001;
const PATIENCE_MS = 10_000;

/** Notices a microphone that is live and unmuted but gives no sound at all; times in milliseconds of a steady clock. */
export class SilenceWatch {
  #since: number | null = null;

  /** Whether a microphone of this level gives sound at all. */
  static sounds(level: number): boolean {
    return level > DEAD;
  }

  /** Looks at the level of now; whether there has been none for ten seconds. */
  look(level: number, now: number): boolean {
    if (SilenceWatch.sounds(level)) this.#since = null;
    else this.#since ??= now;
    return this.#since !== null && now - this.#since >= PATIENCE_MS;
  }

  /** Begins anew: another microphone, or one that was muted. */
  reset(): void {
    this.#since = null;
  }
}
