import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Stroke } from "@/core/protocol";
import { Line, Numbers } from "./line";
import { BATCH_MS, type Carry, Outbox } from "./outbox";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server that answers when it is told to. */
class Far implements Carry {
  readonly drawn: Stroke[][] = [];
  readonly pointed: ([number, number] | null)[] = [];
  readonly waiting: { resolve(): void; reject(error: Error): void }[] = [];

  draw(_surface: string, _aspect: number, strokes: Stroke[]): Promise<void> {
    this.drawn.push(strokes);
    return this.#later();
  }

  point(_surface: string, at: [number, number] | null): Promise<void> {
    this.pointed.push(at);
    return this.#later();
  }

  #later(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
  }
}

const line = () => new Line(new Numbers(), "pen", { x: 0, y: 0 });

test("the first point goes at once, the next ones together", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const one = line();
  outbox.add("point.camera", 1.5, one, () => undefined);
  expect(far.drawn.length).toBe(1);
  for (let x = 1; x < 10; x++) one.to({ x: 100 * x, y: 0 });
  await vi.advanceTimersByTimeAsync(BATCH_MS);
  expect(far.drawn.at(-1)?.map((stroke) => stroke.points.length)).toEqual([18]);
});

test("over a slow line no more than four batches are on the way, and nothing is lost", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const one = line();
  const settled = vi.fn();
  const end = outbox.add("point.camera", 1.5, one, settled);
  for (let x = 1; x < 40; x++) {
    one.to({ x: 100 * x, y: 0 });
    await vi.advanceTimersByTimeAsync(BATCH_MS);
  }
  expect(far.drawn.length).toBe(4);
  end();
  while (far.waiting.length) {
    far.waiting.shift()?.resolve();
    await vi.advanceTimersByTimeAsync(BATCH_MS);
  }
  const points = far.drawn.flat().flatMap((stroke) => stroke.points);
  expect(points.filter((_, at) => at % 2 === 0)).toEqual(Array.from({ length: 40 }, (_, x) => 100 * x));
  expect(settled).toHaveBeenCalledExactlyOnceWith(null);
});

test("of a pointer only the last place goes", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  for (let x = 0; x < 50; x++) outbox.point("point.camera", { x, y: 1 });
  await vi.advanceTimersByTimeAsync(BATCH_MS);
  outbox.point("point.camera", null);
  await vi.advanceTimersByTimeAsync(BATCH_MS);
  expect(far.pointed).toEqual([[0, 1], [49, 1], null]);
});

test("a line that is refused is told once and sent no further", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const one = line();
  const settled = vi.fn();
  const end = outbox.add("point.camera", 1.5, one, settled);
  far.waiting[0]?.reject(new Error("refused"));
  await vi.advanceTimersByTimeAsync(BATCH_MS);
  one.to({ x: 500, y: 500 });
  end();
  await vi.advanceTimersByTimeAsync(10 * BATCH_MS);
  expect([far.drawn.length, settled.mock.calls.length]).toEqual([1, 1]);
});

test("nothing runs while there is nothing to send", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const end = outbox.add("point.camera", 1.5, line(), () => undefined);
  end();
  far.waiting[0]?.resolve();
  await vi.advanceTimersByTimeAsync(3 * BATCH_MS);
  expect(vi.getTimerCount()).toBe(0);
});
