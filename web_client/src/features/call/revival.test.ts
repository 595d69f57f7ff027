import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, ref, shallowRef } from "vue";
import type { DeviceProblem } from "@/core/devices/faceDevices";
import { useRevival } from "./revival";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("in a call a camera that gives nothing is told, and opened again until that succeeds", async () => {
  const given = new Map([["camera", 100]]);
  const track = { id: "camera", kind: "video", enabled: true, readyState: "live", muted: false };
  const own = ref({ getTracks: () => [track] } as unknown as MediaStream);
  const admitted = ref(false);
  const reopen = vi.fn(async (): Promise<DeviceProblem | null> => "deviceBusy");
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

  reopen.mockResolvedValue(null);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(reopen).toHaveBeenCalledTimes(2);
  expect(dead?.value.size).toBe(0);
  scope.stop();
});

test("what the person has forbidden is asked for once, and again only in place of what they opened since", async () => {
  const track = () => ({ id: "camera", kind: "video", enabled: true, readyState: "ended", muted: false });
  const stream = (one: object) => ({ getTracks: () => [one] }) as unknown as MediaStream;
  const own = shallowRef(stream(track()));
  const reopen = vi.fn(async (): Promise<DeviceProblem | null> => "deviceDenied");
  const scope = effectScope();
  const dead = scope.run(() =>
    useRevival({ given: async () => new Map() }, { own, reopen }, ref(true), () => false),
  );
  await vi.advanceTimersByTimeAsync(600_000);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reopen).toHaveBeenCalledTimes(1);
  expect([...(dead?.value ?? [])]).toEqual(["camera"]);
  own.value = stream(track());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reopen).toHaveBeenCalledTimes(2);
  scope.stop();
});
