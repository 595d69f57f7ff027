import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { useRevival } from "./revival";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("in a call a camera that gives nothing is told, and opened again until that succeeds", async () => {
  const given = new Map([["camera", 100]]);
  const track = { id: "camera", kind: "video", enabled: true, readyState: "live", muted: false };
  const own = ref({ getTracks: () => [track] } as unknown as MediaStream);
  const admitted = ref(false);
  const reopen = vi.fn(async () => false);
  const scope = effectScope();
  const dead = scope.run(() =>
    useRevival({ given: async () => given }, { own, reopen }, admitted, () => false),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reopen).not.toHaveBeenCalled();

  admitted.value = true;
  await nextTick();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reopen).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(reopen.mock.calls).toEqual([["camera"]]);
  expect([...(dead?.value ?? [])]).toEqual(["camera"]);

  reopen.mockResolvedValue(true);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(reopen).toHaveBeenCalledTimes(2);
  expect(dead?.value.size).toBe(0);
  scope.stop();
});
