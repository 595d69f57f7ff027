import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useScreen } from "./screen";

/** A screen as a browser gives it, reduced to what is read of it. */
function given() {
  const track = { contentHint: "", onended: null as (() => void) | null, stop: vi.fn() };
  return { track, stream: { getTracks: () => [track], getVideoTracks: () => [track] } };
}

const media = { send: vi.fn(async () => undefined) };
const choose = vi.fn();

beforeEach(() => {
  media.send.mockClear();
  vi.stubGlobal("navigator", { mediaDevices: { getDisplayMedia: choose } });
});
afterEach(() => vi.unstubAllGlobals());

test("a screen is sent until it is stopped", async () => {
  const { track, stream } = given();
  choose.mockResolvedValue(stream);
  const own = useScreen(media);
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
  const own = useScreen(media);
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
  const own = useScreen(media);
  const asking = own.toggleScreen();
  await own.stopScreen();
  chosen(stream);
  await asking;
  expect(track.stop).toHaveBeenCalledOnce();
  expect(own.screen.value).toBeNull();
  expect(media.send).not.toHaveBeenCalled();
});
