import { createPinia, setActivePinia } from "pinia";
import { afterEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, shallowRef } from "vue";
import { Refusal } from "@/core/connection/refusal";
import type { SlotsView, SlotView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { tilesOf, useTiles, useTilesTold } from "./tiles";

afterEach(() => void vi.useRealTimers());

const slot = (mid: string, source: SlotView["source"], kind: SlotView["kind"] = "face") =>
  ({ mid, kind, source }) as SlotView;
const slots = (...all: SlotView[]) => ({ slots: all }) as SlotsView;
const [one, two, three] = [{}, {}, {}] as unknown as [MediaStream, MediaStream, MediaStream];
const streams = new Map([
  ["1", one],
  ["2", two],
  ["3", three],
]);

test("a slot is as wide as its widest picture, and what nobody looks at is hidden", () => {
  const shown = [
    { stream: one, width: 320 },
    { stream: one, width: 640 },
    { stream: null, width: 900 },
    { stream: two, width: 0 },
  ];
  const told = tilesOf(
    slots(slot("1", "camera"), slot("2", "room"), slot("3", "screen", "screen")),
    streams,
    shown,
  );
  expect(told).toEqual([
    { mid: "1", width: 640 },
    { mid: "2", width: 0 },
    { mid: "3", width: 0 },
  ]);
});

test("nothing is said of voices, of empty slots, nor of what is not measured yet", () => {
  const shown = [{ stream: one, width: null }];
  const all = [slot("1", "camera"), slot("2", null), slot("3", "microphone", "voice"), slot("4", "camera")];
  expect(tilesOf(slots(...all), streams, shown)).toEqual([]);
  expect(tilesOf(null, streams, shown)).toEqual([]);
});

test("what was refused is told again until the server has it", async () => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  const page = usePage();
  page.link = "open";
  const told = vi
    .spyOn(page.connection, "command")
    .mockRejectedValueOnce(Refusal.fromServer("commands_too_fast", "Too fast"))
    .mockResolvedValue({} as never);
  const view = shallowRef<SlotsView | null>(null);
  const scope = effectScope();
  scope.run(() => useTilesTold(view, shallowRef(streams)));
  useTiles().shown.set(Symbol("tile"), { stream: one, width: 320 });
  view.value = slots(slot("1", "camera"));
  await nextTick();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.mock.calls.map(([, { tiles }]: [string, { tiles?: unknown }]) => tiles)).toEqual([
    [{ mid: "1", width: 320 }],
    [{ mid: "1", width: 320 }],
  ]);
  scope.stop();
});
