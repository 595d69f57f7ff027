import type { Stroke } from "@/core/protocol";
import type { Place } from "./geometry";
import { STROKES_IN_A_BATCH } from "./line";

/** Something that has strokes to send; `take` gives so many of them at most, each once. */
export interface Unsent {
  readonly waits: boolean;
  take(most: number): Stroke[];
}

/** Brings what is drawn and pointed at to the server. */
export interface Carry {
  draw(surface: string, aspect: number, strokes: Stroke[]): Promise<unknown>;
  point(surface: string, at: [number, number] | null): Promise<unknown>;
}

/** At least so long lie between two batches of strokes; what is the first after a rest goes at once. */
export const STROKES_MS = 90;
/** As `STROKES_MS`, of a pointer: it is one place, which the others see jump. */
export const POINTER_MS = 45;
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
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next message may go, by the page's own clock. */
  #free = 0;

  constructor(private readonly carry: Carry) {}

  /** Begins a line; call `more` when it has gone on, and `end` when the hand is lifted. */
  add(surface: string, aspect: number, line: Unsent, settled: (error: unknown) => void) {
    const waiting: Waiting = { surface, aspect, line, settled, ended: false, going: 0 };
    this.#lines.push(waiting);
    this.#run();
    const end = () => {
      waiting.ended = true;
      this.#settle(waiting);
    };
    return { more: () => this.#run(), end };
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Sends what waits, at once or when the rest after the last message is over. */
  #run(): void {
    const waits = this.#pointer !== null || this.#lines.some((one) => one.line.waits);
    if (this.#timer !== undefined || !waits || this.#going >= ON_THE_WAY) return;
    const rest = this.#free - performance.now();
    if (rest > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#run();
      }, rest);
      return;
    }
    this.#free = performance.now() + (this.#sendStrokes() || this.#sendPointer());
    // Something of another picture may wait.
    this.#run();
  }

  /** Sends all that waits for one picture in one message; how long to rest after it. */
  #sendStrokes(): number {
    const first = this.#lines.find((one) => one.line.waits);
    if (!first) return 0;
    const together = this.#lines.filter(
      (one) => one.surface === first.surface && one.aspect === first.aspect,
    );
    const taken: Waiting[] = [];
    const strokes: Stroke[] = [];
    for (const waiting of together) {
      const some = waiting.line.take(STROKES_IN_A_BATCH - strokes.length);
      if (!some.length) continue;
      taken.push(waiting);
      strokes.push(...some);
    }
    this.#draw(first, taken, strokes);
    return STROKES_MS;
  }

  #sendPointer(): number {
    const pointer = this.#pointer;
    this.#pointer = null;
    if (!pointer) return 0;
    void this.#counted(this.carry.point(pointer.surface, pointer.at)).catch(() => undefined);
    return POINTER_MS;
  }

  #draw({ surface, aspect }: Waiting, taken: readonly Waiting[], strokes: Stroke[]): void {
    for (const one of taken) one.going++;
    this.#counted(this.carry.draw(surface, aspect, strokes))
      .then(() => {
        for (const one of taken) {
          one.going--;
          this.#settle(one);
        }
      })
      .catch((error: unknown) => {
        // The rest of a line that was refused would be refused as well.
        const refused = taken.filter((one) => this.#lines.includes(one));
        this.#lines = this.#lines.filter((one) => !refused.includes(one));
        for (const one of refused) one.settled(error);
      });
  }

  #settle(waiting: Waiting): void {
    if (!waiting.ended || waiting.going || waiting.line.waits || !this.#lines.includes(waiting)) return;
    this.#lines = this.#lines.filter((one) => one !== waiting);
    waiting.settled(null);
  }

  async #counted<T>(going: Promise<T>): Promise<T> {
    this.#going++;
    try {
      return await going;
    } finally {
      this.#going--;
      this.#run();
    }
  }
}
