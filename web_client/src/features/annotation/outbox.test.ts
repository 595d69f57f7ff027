import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Stroke } from "@/core/protocol";
import { Line, Numbers } from "./line";
import { type Carry, Outbox, POINTER_MS, STROKES_MS } from "./outbox";

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

test("the first point goes at once, the next ones together after a rest", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const one = line();
  const { more } = outbox.add("point.camera", 1.5, one, () => undefined);
  expect(far.drawn.length).toBe(1);
  for (let x = 1; x < 10; x++) {
    one.to({ x: 100 * x, y: 0 });
    more();
  }
  await vi.advanceTimersByTimeAsync(STROKES_MS - 1);
  expect(far.drawn.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(far.drawn.at(-1)?.map((stroke) => stroke.points.length)).toEqual([18]);
  // After a rest the hand is followed at once again.
  await vi.advanceTimersByTimeAsync(STROKES_MS);
  one.to({ x: 5000, y: 0 });
  more();
  expect(far.drawn.length).toBe(3);
});

test("a hand that draws five strokes a second sends no more than one message in ninety milliseconds", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  for (let stroke = 0; stroke < 10; stroke++) {
    const one = line();
    const { more, end } = outbox.add("point.camera", 1.5, one, () => undefined);
    for (let x = 1; x < 10; x++) {
      await vi.advanceTimersByTimeAsync(15);
      one.to({ x: 100 * x, y: 0 });
      more();
    }
    end();
    await vi.advanceTimersByTimeAsync(65);
    for (const waiting of far.waiting.splice(0)) waiting.resolve();
  }
  await vi.advanceTimersByTimeAsync(STROKES_MS);
  expect(far.drawn.flat().flatMap((stroke) => stroke.points).length).toBe(10 * 20);
  expect(far.drawn.length).toBeLessThanOrEqual(Math.ceil(2000 / STROKES_MS) + 1);
  // The end of one stroke and the beginning of the next go together.
  expect(far.drawn.some((strokes) => strokes.length === 2)).toBe(true);
});

test("over a slow line no more than four batches are on the way, and nothing is lost", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const one = line();
  const settled = vi.fn();
  const { more, end } = outbox.add("point.camera", 1.5, one, settled);
  for (let x = 1; x < 40; x++) {
    one.to({ x: 100 * x, y: 0 });
    more();
    await vi.advanceTimersByTimeAsync(STROKES_MS);
  }
  expect(far.drawn.length).toBe(4);
  end();
  while (far.waiting.length) {
    far.waiting.shift()?.resolve();
    await vi.advanceTimersByTimeAsync(STROKES_MS);
  }
  const points = far.drawn.flat().flatMap((stroke) => stroke.points);
  expect(points.filter((_, at) => at % 2 === 0)).toEqual(Array.from({ length: 40 }, (_, x) => 100 * x));
  expect(settled).toHaveBeenCalledExactlyOnceWith(null);
});

test("of a pointer only the last place goes", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  for (let x = 0; x < 50; x++) outbox.point("point.camera", { x, y: 1 });
  await vi.advanceTimersByTimeAsync(POINTER_MS);
  outbox.point("point.camera", null);
  await vi.advanceTimersByTimeAsync(POINTER_MS);
  expect(far.pointed).toEqual([[0, 1], [49, 1], null]);
});

test("a line that is refused is told once and sent no further", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const one = line();
  const settled = vi.fn();
  const { end } = outbox.add("point.camera", 1.5, one, settled);
  far.waiting[0]?.reject(new Error("refused"));
  await vi.advanceTimersByTimeAsync(STROKES_MS);
  one.to({ x: 500, y: 500 });
  end();
  await vi.advanceTimersByTimeAsync(10 * STROKES_MS);
  expect([far.drawn.length, settled.mock.calls.length]).toEqual([1, 1]);
});

test("nothing runs while there is nothing to send", async () => {
  const far = new Far();
  const outbox = new Outbox(far);
  const { end } = outbox.add("point.camera", 1.5, line(), () => undefined);
  end();
  far.waiting[0]?.resolve();
  await vi.advanceTimersByTimeAsync(3 * STROKES_MS);
  expect(vi.getTimerCount()).toBe(0);
});
