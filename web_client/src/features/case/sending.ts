import { type Ref, shallowRef, triggerRef } from "vue";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import type { PageUpload } from "@/core/connection/upload";
import { isPassing } from "@/core/connection/upload";

/** A page on its way: it goes, it waits for the link and goes on by itself, or the server does not take it. */
export interface Sending {
  readonly page: PageUpload;
  share: number;
  state: "going" | "waiting" | "refused";
  refusal: Refusal | null;
}

/** Brings one page to the server; goes on where `page.place` says. */
export type Deliver = (
  page: PageUpload,
  progress: (share: number) => void,
  signal: AbortSignal,
) => Promise<void>;

/** Pauses between two tries; the last one is kept to. */
const PAUSES_MS = [2_000, 4_000, 8_000, 15_000, 30_000];

/** The pages that are on their way; each goes on by itself until it is delivered, refused or given up. */
export class PagesUnderWay {
  readonly all: Ref<readonly Sending[]> = shallowRef([]);
  readonly #ends = new Map<Sending, AbortController>();
  readonly #wakes = new Map<Sending, () => void>();

  constructor(
    private readonly deliver: Deliver,
    private readonly online: () => boolean = () => navigator.onLine,
  ) {}

  /** Sends a page. */
  add(page: PageUpload): void {
    const one: Sending = { page, share: 0, state: "going", refusal: null };
    this.all.value = [...this.all.value, one];
    void this.#run(one);
  }

  /** Goes on at once with one that waits, or tries one again that was refused. */
  again(one: Sending): void {
    if (one.state === "refused") void this.#run(one);
    else this.#wakes.get(one)?.();
  }

  /** Goes on at once with all that wait: the link is back. */
  wake(): void {
    for (const wake of [...this.#wakes.values()]) wake();
  }

  /** Gives one up. */
  drop(one: Sending): void {
    this.#ends.get(one)?.abort();
    this.all.value = this.all.value.filter((other) => other !== one);
  }

  /** Gives all up: nothing of one visit goes on in the next. */
  clear(): void {
    for (const one of this.all.value) this.drop(one);
  }

  async #run(one: Sending): Promise<void> {
    const end = new AbortController();
    this.#ends.set(one, end);
    for (let tried = 0; !end.signal.aborted; tried++) {
      this.#change(one, { state: "going", refusal: null });
      try {
        await this.deliver(one.page, (share) => this.#change(one, { share }), end.signal);
        return this.drop(one);
      } catch (error) {
        if (end.signal.aborted) return;
        const refusal = asRefusal(error);
        if (!isPassing(refusal)) return this.#change(one, { state: "refused", refusal });
        this.#change(one, { state: "waiting", refusal });
        await this.#pause(one, PAUSES_MS[Math.min(tried, PAUSES_MS.length - 1)] ?? 0, end.signal);
      }
    }
  }

  /** Waits this long, or until the link is back or a person says so; without a network, until then. */
  async #pause(one: Sending, length: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.online() ? setTimeout(resolve, length) : undefined;
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#wakes.set(one, wake);
      signal.addEventListener("abort", wake);
    });
    this.#wakes.delete(one);
  }

  #change(one: Sending, now: Partial<Sending>): void {
    Object.assign(one, now);
    triggerRef(this.all);
  }
}
