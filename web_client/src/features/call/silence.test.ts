import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, shallowRef } from "vue";
import { useSounding } from "./silence";

/** Sound as a browser measures it: `level` is what the microphone gives, `state` whether the browser lets the page hear it. */
const heard = { level: 0, state: "running" };

class Context {
  get state() {
    return heard.state;
  }
  resume = async () => undefined;
  close = async () => undefined;
  createMediaStreamSource = () => ({ connect: () => undefined });
  createAnalyser = () => ({
    fftSize: 0,
    getFloatTimeDomainData: (into: Float32Array) => void into.fill(heard.level),
  });
}

const microphone = () => ({ getAudioTracks: () => [{}] }) as unknown as MediaStream;
const scope = effectScope();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  vi.stubGlobal("AudioContext", Context);
  vi.stubGlobal("MediaStream", class {});
  Object.assign(heard, { level: 0, state: "running" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a microphone that gives nothing is no good one, before anybody is called", async () => {
  const own = shallowRef<MediaStream | null>(null);
  const { given, level } = scope.run(() => useSounding(own)) as ReturnType<typeof useSounding>;
  expect(given.value).toBe("none");
  own.value = microphone();
  await nextTick();
  vi.advanceTimersByTime(200);
  expect(given.value).toBe("listening");
  vi.advanceTimersByTime(10_000);
  expect(given.value).toBe("silent");
  heard.level = 0.1;
  vi.advanceTimersByTime(100);
  expect(given.value).toBe("sound");
  expect(level.value).toBeCloseTo(0.1);
});

test("nothing is said of a microphone while the browser lets the page measure nothing", async () => {
  heard.state = "suspended";
  const own = shallowRef<MediaStream | null>(microphone());
  const { given } = scope.run(() => useSounding(own)) as ReturnType<typeof useSounding>;
  vi.advanceTimersByTime(20_000);
  expect(given.value).toBe("unknown");
  heard.state = "running";
  vi.advanceTimersByTime(100);
  expect(given.value).toBe("listening");
});
