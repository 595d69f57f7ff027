import { afterEach, expect, test, vi } from "vitest";
import { late, Refusal, unreachable } from "@/core/connection/refusal";
import { type Change, Merge } from "./merge";
import { Sending } from "./sending";

const FIELDS = ["name", "phone", "address"];
const DELAY = 0.1;
const SECONDS = 8;

/** Seeded (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The server's rule: a change has a number, one that is known keeps it, and the last one of a field stands. */
class Server {
  readonly known = new Map<string, { sequence: number; change: Change }>();
  readonly stands = new Map<string, { sequence: number; value: string }>();

  take(change: Change): number {
    const former = this.known.get(change.changeId);
    if (former) return former.sequence;
    const sequence = this.known.size + 1;
    this.known.set(change.changeId, { sequence, change });
    this.stands.set(change.fieldId, { sequence, value: change.value });
    return sequence;
  }
}

/** Pages at a server over links of 200 ms there and back, one of which is cut for five seconds. */
class Run {
  readonly server = new Server();
  readonly pages: Merge[];
  readonly acknowledged = new Map<string, string>();
  readonly #events: { at: number; order: number; act: () => void }[] = [];
  readonly #cut: { page: number; begin: number; end: number };
  #now = 0;
  #order = 0;

  constructor(
    count: number,
    private readonly chance: () => number,
  ) {
    this.pages = Array.from({ length: count }, (_, page) => {
      let number = 0;
      return new Merge(() => `${page}-${++number}`);
    });
    const begin = 0.5 + 2 * chance();
    this.#cut = { page: Math.floor(chance() * count), begin, end: begin + 5 };
    this.#at(this.#cut.end, () => this.#reconnect(this.#cut.page));
    for (let page = 0; page < count; page += 1)
      for (let step = 0; step < SECONDS * 10; step += 1)
        this.#at(step / 10 + chance() / 10, () => this.#type(page));
  }

  finish(): void {
    for (;;) {
      this.#events.sort((one, other) => one.at - other.at || one.order - other.order);
      const event = this.#events.shift();
      if (!event) return;
      this.#now = event.at;
      event.act();
    }
  }

  #at(at: number, act: () => void): void {
    this.#events.push({ at, order: this.#order++, act });
  }

  #carry(page: number, act: () => void): void {
    const { begin, end } = this.#cut;
    const lost = page === this.#cut.page && this.#now < end && this.#now + DELAY > begin;
    if (!lost) this.#at(this.#now + DELAY, act);
  }

  #type(page: number): void {
    const field = FIELDS[Math.floor(this.chance() * FIELDS.length)] ?? "";
    this.#page(page).write(field, String(Math.floor(this.chance() * 1e6)));
    this.#send(page);
  }

  #send(page: number): void {
    const change = this.#page(page).next();
    if (change) this.#carry(page, () => this.#arrive(page, change));
  }

  #arrive(page: number, change: Change): void {
    const sequence = this.server.take(change);
    this.#carry(page, () => {
      this.acknowledged.set(change.changeId, change.value);
      this.#page(page).answered(change.changeId, sequence, change.value);
      this.#send(page);
    });
    this.pages.forEach((_, other) => {
      this.#tell(other);
    });
  }

  #tell(page: number): void {
    const told = [...this.server.stands];
    this.#carry(page, () => {
      for (const [field, { sequence, value }] of told) this.#page(page).told(field, sequence, value);
    });
  }

  #reconnect(page: number): void {
    this.#tell(page);
    for (const change of this.#underWay(page)) this.#page(page).lost(change);
    this.#send(page);
  }

  /** What the page's connection had sent and got no answer for. */
  #underWay(page: number): string[] {
    return Array.from({ length: 1_000 }, (_, number) => `${page}-${number}`).filter(
      (one) => !this.acknowledged.has(one),
    );
  }

  #page(page: number): Merge {
    const found = this.pages[page];
    if (!found) throw new Error(`no page ${page}`);
    return found;
  }
}

test.each([2, 3])("%i pages end equal, and nothing acknowledged is lost", (count) => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const run = new Run(count, chances(seed));
    run.finish();
    for (const page of run.pages) {
      expect(page.waiting).toBe(0);
      for (const [field, { value }] of run.server.stands)
        expect(page.shown(field), `seed ${seed}`).toBe(value);
    }
    expect(run.acknowledged.size).toBeGreaterThan(count * 20);
    for (const [id, value] of run.acknowledged) expect(run.server.known.get(id)?.change.value).toBe(value);
    expect(run.server.known.size).toBe(run.acknowledged.size);
  }
});

/** Pages as they really send: gathered, one at a time, again after a cut, a busy server and an answer that got lost. */
class SendingRun {
  readonly server = new Server();
  readonly pages: Sending[];
  readonly acknowledged = new Map<string, string>();
  readonly #open: boolean[];
  /** Gives up what each page has under way. */
  readonly #cuts: Set<(refusal: Refusal) => void>[];

  constructor(
    count: number,
    private readonly chance: () => number,
  ) {
    const all = Array.from({ length: count }, (_, page) => page);
    this.#open = all.map(() => true);
    this.#cuts = all.map(() => new Set());
    this.pages = all.map(
      (page) =>
        new Sending({
          ready: () => this.#open[page] ?? false,
          carry: (change) => this.#carry(page, change),
          changed: () => undefined,
          refused: (fieldId, { code }) => expect.fail(`${fieldId}: ${code}`),
          tooLate: (fieldId) => expect.fail(fieldId),
        }),
    );
    const [cut, begin] = [Math.floor(chance() * count), 0.5 + 2 * chance()];
    this.#at(begin, () => this.#break(cut));
    this.#at(begin + 5, () => this.#mend(cut));
    for (const page of all)
      for (let step = 0; step < SECONDS * 10; step += 1)
        this.#at(step / 10 + chance() / 10, () => this.#type(page));
  }

  #at(seconds: number, act: () => void): void {
    setTimeout(act, 1000 * seconds);
  }

  #type(page: number): void {
    const field = FIELDS[Math.floor(this.chance() * FIELDS.length)] ?? "";
    this.pages[page]?.write(field, String(Math.floor(this.chance() * 1e6)));
  }

  #carry(page: number, change: Change): Promise<{ sequence: number; value: string }> {
    const { value } = change;
    const fate = this.chance();
    return new Promise((resolve, reject) => {
      this.#cuts[page]?.add(reject);
      this.#over(page, () => {
        if (fate < 0.02)
          return this.#over(page, () => reject(new Refusal("database_busy", { zh: "", en: "" })));
        const sequence = this.server.take(change);
        this.pages.forEach((_, other) => {
          this.#tell(other);
        });
        // The server has carried it out, and the page does not come to know.
        if (fate < 0.04) return this.#at(1, () => reject(late()));
        this.#over(page, () => {
          this.acknowledged.set(change.changeId, value);
          resolve({ sequence, value });
        });
      });
    });
  }

  /** Carries something over a link; what is under way when it breaks is lost. */
  #over(page: number, act: () => void): void {
    if (!this.#open[page]) return;
    const cuts = this.#cuts[page];
    const timer = setTimeout(act, 1000 * DELAY);
    cuts?.add(() => clearTimeout(timer));
  }

  #tell(page: number): void {
    const told = [...this.server.stands];
    this.#over(page, () => {
      for (const [field, { sequence, value }] of told) this.pages[page]?.merge.told(field, sequence, value);
    });
  }

  #break(page: number): void {
    this.#open[page] = false;
    const cuts = [...(this.#cuts[page] ?? [])];
    this.#cuts[page]?.clear();
    for (const cut of cuts) cut(unreachable());
  }

  #mend(page: number): void {
    this.#open[page] = true;
    this.#tell(page);
    this.pages[page]?.resume();
  }
}

afterEach(() => vi.useRealTimers());

test.each([2, 3])(
  "%i pages that send as pages do end equal, and nothing acknowledged is lost",
  async (count) => {
    vi.useFakeTimers();
    for (let seed = 1; seed <= 100; seed += 1) {
      const run = new SendingRun(count, chances(seed));
      await vi.runAllTimersAsync();
      for (const { merge: page } of run.pages) {
        expect(page.waiting, `seed ${seed}`).toBe(0);
        for (const [field, { value }] of run.server.stands)
          expect(page.shown(field), `seed ${seed}`).toBe(value);
      }
      expect(run.acknowledged.size).toBeGreaterThan(count * 5);
      // What was sent again keeps its number and its value: a change is stored once.
      expect([...run.acknowledged.keys()].toSorted()).toEqual([...run.server.known.keys()].toSorted());
      for (const [id, value] of run.acknowledged) expect(run.server.known.get(id)?.change.value).toBe(value);
    }
  },
  60_000,
);

function merge(): Merge {
  let number = 0;
  return new Merge(() => `c${++number}`);
}

test("what is written and not stored is shown over what the server says", () => {
  const form = merge();
  form.told("phone", 3, "139");
  form.write("phone", "138");
  expect([form.shown("phone"), form.unsaved("phone"), form.waiting]).toEqual(["138", true, 1]);
  expect(form.next()?.changeId).toBe("c1");
  form.told("phone", 4, "137");
  expect(form.shown("phone")).toBe("138");
  form.answered("c1", 5, "138");
  expect([form.shown("phone"), form.unsaved("phone"), form.waiting]).toEqual(["138", false, 0]);
  // An older view that was under way does not undo it.
  form.told("phone", 4, "137");
  expect(form.shown("phone")).toBe("138");
});

test("one change is under way at a time, and the newest of a field goes next", () => {
  const form = merge();
  for (const value of ["1", "13", "138"]) form.write("phone", value);
  expect(form.next()?.value).toBe("138");
  form.write("phone", "1381");
  form.write("phone", "13812");
  expect(form.next()).toBeNull();
  form.answered("c3", 1, "138");
  expect(form.next()?.value).toBe("13812");
});

test("what was lost is sent again under its name, and what is refused gives way", () => {
  const form = merge();
  form.told("phone", 0, "139");
  form.write("phone", "138");
  const sent = form.next();
  form.lost("c1");
  expect(form.next()).toBe(sent);
  expect(form.next()).toBeNull();
  form.refused("c1");
  expect([form.shown("phone"), form.waiting]).toEqual(["139", 0]);
});
