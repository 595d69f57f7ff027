import { asRefusal, type Refusal } from "@/core/connection/refusal";
import { type Change, Merge } from "./merge";

/** How long keys are gathered before a change is sent. */
const GATHER_MS = 150;
/** After which a change is tried again that the server had no time for. */
const AGAIN_MS = 1_000;
const BUSY: ReadonlySet<string> = new Set(["form_too_fast", "commands_too_fast", "database_busy"]);
const LOST: ReadonlySet<string> = new Set(["unreachable", "late"]);

/** Whether a command did not get through, for now. */
export function isPassing({ code }: Refusal): boolean {
  return LOST.has(code) || BUSY.has(code);
}

/** The way of changes to the server. */
export interface Way {
  /** Brings a change there; raises a refusal. */
  carry(change: Change): Promise<{ sequence: number; value: string }>;
  ready(): boolean;
  /** Something is another now. */
  changed(): void;
  refused(fieldId: string, refusal: Refusal): void;
  /** What was under way when another form began did not get there. */
  tooLate(fieldId: string): void;
}

/** Brings what is written to the server: gathered, one change at a time, and again after a cut. */
export class Sending {
  merge = new Merge(changeNames());
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly way: Way) {}

  write(fieldId: string, value: string): void {
    this.merge.write(fieldId, value);
    this.#soon(GATHER_MS);
  }

  /** The link is there again. */
  resume(): void {
    this.#soon(0);
  }

  /** Another form begins. Answers which fields' changes are sent no more; of one under way is still heard. */
  restart(): string[] {
    const { unsent } = this.merge;
    this.merge = new Merge(changeNames());
    return unsent;
  }

  #soon(delay: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, delay);
  }

  async #send(): Promise<void> {
    const { merge } = this;
    const change = this.way.ready() ? merge.next() : null;
    if (!change) return;
    try {
      const { sequence, value } = await this.way.carry(change);
      merge.answered(change.changeId, sequence, value);
      if (merge.waiting) this.#soon(GATHER_MS);
    } catch (error) {
      this.#failed(merge, change, asRefusal(error));
    }
    this.way.changed();
  }

  #failed(merge: Merge, change: Change, refusal: Refusal): void {
    if (merge !== this.merge) {
      this.way.tooLate(change.fieldId);
      return;
    }
    if (isPassing(refusal)) {
      merge.lost(change.changeId);
      // What the link has lost waits for it as well; a link that did not notice is tried.
      this.#soon(AGAIN_MS);
      return;
    }
    merge.refused(change.changeId);
    this.way.refused(change.fieldId, refusal);
    if (merge.waiting) this.#soon(GATHER_MS);
  }
}

/** Names for changes that no other page gives. */
function changeNames(): () => string {
  const page = crypto.getRandomValues(new Uint32Array(3)).join("-");
  let number = 0;
  return () => `${page}-${++number}`;
}
