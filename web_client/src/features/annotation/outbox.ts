import type { Stroke } from "@/core/protocol";
import type { Place } from "./geometry";

/** Something that has strokes to send; `take` gives them once. */
export interface Unsent {
  take(): Stroke[];
}

/** Brings what is drawn and pointed at to the server. */
export interface Carry {
  draw(surface: string, aspect: number, strokes: Stroke[]): Promise<unknown>;
  point(surface: string, at: [number, number] | null): Promise<unknown>;
}

/** How long places are gathered before they are sent. */
export const BATCH_MS = 45;
/** More are not on the way at once: a slow line gets fewer, larger batches, and nothing piles up. */
const ON_THE_WAY = 4;

interface Waiting {
  readonly surface: string;
  readonly aspect: number;
  readonly line: Unsent;
  /** Told when everything of the line has arrived, or something of it was refused. */
  readonly settled: (error: unknown) => void;
  ended: boolean;
  going: number;
}

/** What waits to be sent: strokes in small batches, and of a pointer only its last place. */
export class Outbox {
  #lines: Waiting[] = [];
  #pointer: { surface: string; at: [number, number] | null } | null = null;
  #going = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly carry: Carry) {}

  /** Begins a line; `end` the returned function when the hand is lifted. */
  add(surface: string, aspect: number, line: Unsent, settled: (error: unknown) => void): () => void {
    const waiting: Waiting = { surface, aspect, line, settled, ended: false, going: 0 };
    this.#lines.push(waiting);
    this.#run();
    return () => {
      waiting.ended = true;
      this.#settle(waiting);
    };
  }

  /** Points at a place, or nowhere. */
  point(surface: string, at: Place | null): void {
    this.#pointer = { surface, at: at && [at.x, at.y] };
    this.#run();
  }

  /** Lets go of everything that has not been sent. */
  clear(): void {
    this.#lines = [];
    this.#pointer = null;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#send(), BATCH_MS);
    this.#send();
  }

  #send(): void {
    if (this.#going >= ON_THE_WAY) return;
    for (const waiting of [...this.#lines]) {
      const strokes = waiting.line.take();
      if (strokes.length) {
        this.#draw(waiting, strokes);
        return;
      }
      this.#settle(waiting);
    }
    const pointer = this.#pointer;
    this.#pointer = null;
    if (pointer) void this.#counted(this.carry.point(pointer.surface, pointer.at)).catch(() => undefined);
    else if (!this.#lines.length) this.clear();
  }

  #draw(waiting: Waiting, strokes: Stroke[]): void {
    waiting.going++;
    this.#counted(this.carry.draw(waiting.surface, waiting.aspect, strokes))
      .then(() => {
        waiting.going--;
        this.#settle(waiting);
      })
      .catch((error: unknown) => {
        // The rest of a line that was refused would be refused as well.
        if (!this.#lines.includes(waiting)) return;
        this.#lines = this.#lines.filter((one) => one !== waiting);
        waiting.settled(error);
      });
  }

  #settle(waiting: Waiting): void {
    if (!waiting.ended || waiting.going || !this.#lines.includes(waiting)) return;
    const strokes = waiting.line.take();
    if (strokes.length) {
      this.#draw(waiting, strokes);
      return;
    }
    this.#lines = this.#lines.filter((one) => one !== waiting);
    waiting.settled(null);
  }

  async #counted<T>(going: Promise<T>): Promise<T> {
    this.#going++;
    try {
      return await going;
    } finally {
      this.#going--;
    }
  }
}
