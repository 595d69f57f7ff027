import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Refusal } from "@/core/connection/refusal";
import { useScreen } from "./screen";

/** A screen as a browser gives it, perhaps with sound, reduced to what is read of it. */
function given(...sounds: { stop: () => void }[]) {
  const track = { contentHint: "", onended: null as (() => void) | null, stop: vi.fn() };
  const stream = {
    getTracks: () => [track, ...sounds],
    getVideoTracks: () => [track],
    getAudioTracks: () => sounds,
  };
  return { track, stream };
}

const media = { send: vi.fn(async () => undefined) };
const line = { share: vi.fn(async () => undefined) };
const refuse = vi.fn();
const choose = vi.fn();

beforeEach(() => {
  media.send.mockClear();
  line.share.mockClear();
  refuse.mockClear();
  vi.stubGlobal("navigator", { mediaDevices: { getDisplayMedia: choose } });
});
afterEach(() => vi.unstubAllGlobals());

test("a screen is sent until it is stopped", async () => {
  const { track, stream } = given();
  choose.mockResolvedValue(stream);
  const own = useScreen(media, line, refuse);
  await own.toggleScreen();
  expect(media.send).toHaveBeenLastCalledWith("screen", track);
  await own.stopScreen();
  expect(track.stop).toHaveBeenCalledOnce();
  expect(own.screen.value).toBeNull();
  expect(media.send).toHaveBeenLastCalledWith("screen", null);
});

test("the browser's own button stops it as well", async () => {
  const { track, stream } = given();
  choose.mockResolvedValue(stream);
  const own = useScreen(media, line, refuse);
  await own.toggleScreen();
  track.onended?.();
  expect(own.screen.value).toBeNull();
});

test("what is chosen after the call is over is not shared", async () => {
  const { track, stream } = given();
  let chosen: (stream: unknown) => void = () => undefined;
  choose.mockReturnValue(
    new Promise((done) => {
      chosen = done;
    }),
  );
  const own = useScreen(media, line, refuse);
  const asking = own.toggleScreen();
  await own.stopScreen();
  chosen(stream);
  await asking;
  expect(track.stop).toHaveBeenCalledOnce();
  expect(own.screen.value).toBeNull();
  expect(media.send).not.toHaveBeenCalled();
});

test("its sound goes out with the voice, and ends with it", async () => {
  const sound = { stop: vi.fn() };
  const { track, stream } = given(sound);
  choose.mockResolvedValue(stream);
  const own = useScreen(media, line, refuse);
  await own.toggleScreen();
  expect(choose).toHaveBeenLastCalledWith(
    expect.objectContaining({ video: true, audio: expect.objectContaining({ echoCancellation: false }) }),
  );
  expect(line.share).toHaveBeenLastCalledWith(sound);
  track.onended?.();
  await own.stopScreen();
  expect(sound.stop).toHaveBeenCalledOnce();
  expect(line.share).toHaveBeenLastCalledWith(null);
});

test("all that the machine plays is asked for only where the page's own is left out of it", async () => {
  choose.mockRejectedValue(new DOMException("", "NotAllowedError"));
  const devices = { getDisplayMedia: choose, getSupportedConstraints: () => ({}) };
  vi.stubGlobal("navigator", { mediaDevices: devices });
  await useScreen(media, line, refuse).toggleScreen();
  expect(choose).toHaveBeenLastCalledWith(expect.objectContaining({ systemAudio: "exclude" }));
  devices.getSupportedConstraints = () => ({ restrictOwnAudio: true });
  await useScreen(media, line, refuse).toggleScreen();
  expect(choose).toHaveBeenLastCalledWith(
    expect.objectContaining({
      systemAudio: "include",
      audio: expect.objectContaining({ restrictOwnAudio: true }),
    }),
  );
});

test("who would rather not share is told nothing", async () => {
  choose.mockRejectedValue(new DOMException("Permission denied by user", "NotAllowedError"));
  const own = useScreen(media, line, refuse);
  await own.toggleScreen();
  expect(refuse).not.toHaveBeenCalled();
  expect(own.screen.value).toBeNull();
});

test.each([
  ["NotReadableError", "", "screen_unreadable"],
  ["NotAllowedError", "Permission denied by system", "screen_unreadable"],
  ["NotFoundError", "", "screen_missing"],
  ["AbortError", "", "screen_broken_off"],
])("%s %s is told in both languages", async (name, message, code) => {
  choose.mockRejectedValue(new DOMException(message, name));
  await useScreen(media, line, refuse).toggleScreen();
  const [[told]] = refuse.mock.calls as [[Refusal]];
  expect(told.code).toBe(code);
  expect(told.text.zh).toMatch(/屏幕/);
  expect(told.text.en).toMatch(/screen/);
});
