/** What of a media element is needed to keep it in step; every `HTMLMediaElement` is one. */
export interface Player {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly ended: boolean;
  readonly readyState: number;
  play(): Promise<void>;
  pause(): void;
}

interface Part {
  readonly player: Player;
  readonly start: number;
  readonly end: number;
  readonly sound: boolean;
  /** Where it was left while it played, and the seconds since which it has not moved from there by itself. */
  left: number | null;
  stood: number;
}

/** Farther off than this, in seconds, a player jumps; nearer it runs a little faster or slower. */
const JUMP = 0.3;
const IN_STEP = 0.015;
const BEND = 0.08;
/** A standing picture may be this far from the moment asked for: less than one frame. */
const STILL = 0.03;
const HAVE_CURRENT = 2;
const HAVE_FUTURE = 3;
/** At its very end a player has no future data, and needs none. */
const TAIL = 0.15;
/** A voice that plays and stands for so many seconds will not move: without a sound device some browsers play none. */
const STANDS = 2;

/**
 * Plays several files as one recording: one clock, which every player follows. Whoever has not loaded enough holds
 * all the others. `step` is called many times a second; times are seconds.
 */
export class Ensemble {
  #parts: Part[] = [];
  #position = 0;
  #rate = 1;
  #playing = false;
  #waiting = false;
  #last: number | null = null;

  constructor(readonly duration: number) {}

  get position(): number {
    return this.#position;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Whether something is still being loaded for this moment. */
  get waiting(): boolean {
    return this.#waiting;
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#rate = rate;
  }

  /** Takes a player in, whose second 0 is second `start` of the recording; a voice that stands is left. */
  join(player: Player, start: number, end: number, sound = false): void {
    this.#parts.push({ player, start, end, sound, left: null, stood: 0 });
  }

  /** Goes on without a player that has failed. */
  leave(player: Player): void {
    this.#parts = this.#parts.filter((part) => part.player !== player);
    player.pause();
  }

  play(): void {
    if (this.#position >= this.duration) this.#position = 0;
    this.#playing = true;
  }

  pause(): void {
    this.#playing = false;
  }

  seek(position: number): void {
    this.#position = Math.min(this.duration, Math.max(0, position));
    this.#last = null;
  }

  /** Silences everybody. */
  close(): void {
    this.#playing = false;
    for (const { player } of this.#parts) player.pause();
    this.#parts = [];
  }

  /** Lets time pass up to `now`, and brings every player to where it belongs; the voices that it goes on without. */
  step(now: number): Player[] {
    const elapsed = this.#last === null ? 0 : now - this.#last;
    this.#last = now;
    if (this.#playing && !this.#waiting) this.#position += elapsed * this.#rate;
    if (this.#position >= this.duration) {
      this.#position = this.duration;
      this.#playing = false;
    }
    const standing = this.#parts
      .filter((part) => part.sound && this.#stands(part, elapsed))
      .map(({ player }) => player);
    for (const player of standing) this.leave(player);
    const due = this.#parts.filter((part) => this.#has(part));
    for (const part of this.#parts) if (!due.includes(part)) this.#park(part);
    for (const part of due) this.#place(part);
    this.#waiting = due.some((part) => !this.#ready(part));
    const running = this.#playing && !this.#waiting;
    for (const { player } of due) {
      if (!running) player.pause();
      else if (player.paused && !player.ended) void player.play().catch(() => this.pause());
    }
    for (const part of this.#parts)
      part.left = running && due.includes(part) ? part.player.currentTime : null;
    return standing;
  }

  /** Whether it should have moved for long enough, and did not. */
  #stands(part: Part, elapsed: number): boolean {
    const { player, left } = part;
    if (left === null || player.seeking || player.ended) return false;
    part.stood = player.currentTime === left ? part.stood + elapsed : 0;
    return part.stood >= STANDS;
  }

  #has({ start, end }: Part): boolean {
    return this.#position >= start && this.#position < end;
  }

  /** Outside its time a player stands at the end of it that is nearer, not where it was left. */
  #park({ player, start, end }: Part): void {
    player.pause();
    const rest = this.#position < start ? 0 : end - start;
    const far = Math.abs(player.currentTime - rest) > (rest ? JUMP : STILL);
    if (far && !player.seeking && !player.ended) player.currentTime = rest;
  }

  #place({ player, start }: Part): void {
    const off = this.#position - start - player.currentTime;
    if (player.seeking) return;
    if (this.#playing && Math.abs(off) <= JUMP) {
      const bend = Math.abs(off) <= IN_STEP ? 0 : Math.min(BEND, Math.max(-BEND, off));
      player.playbackRate = this.#rate * (1 + bend);
      return;
    }
    player.playbackRate = this.#rate;
    if (Math.abs(off) > STILL) player.currentTime = this.#position - start;
  }

  #ready({ player, end }: Part): boolean {
    if (player.seeking) return false;
    const last = player.ended || this.#position > end - TAIL;
    return player.readyState >= (this.#playing && !last ? HAVE_FUTURE : HAVE_CURRENT);
  }
}
