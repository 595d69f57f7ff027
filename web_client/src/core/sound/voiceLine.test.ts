import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { VoiceLine } from "./voiceLine";

/** A browser's sound, reduced to who is connected to what. */
class Context {
  static state = "running";
  static all: Context[] = [];
  state = Context.state;
  onstatechange: (() => void) | null = null;
  readonly heard = new Set<unknown>();
  readonly mixed = { stop: vi.fn() };
  constructor() {
    Context.all.push(this);
  }
  resume = async () => undefined;
  close = vi.fn(async () => undefined);
  createMediaStreamDestination = () => ({
    channelCount: 2,
    stream: { getAudioTracks: () => [this.mixed], getTracks: () => [this.mixed] },
  });
  createMediaStreamSource = ({ track }: Stream) => ({
    connect: () => void this.heard.add(track),
    disconnect: () => void this.heard.delete(track),
  });
}

class Stream {
  readonly track: unknown;
  constructor([track]: unknown[]) {
    this.track = track;
  }
}

const track = (name: string) => ({ name }) as unknown as MediaStreamTrack;
const [voice, other, sound] = [track("voice"), track("other"), track("sound")];

function made() {
  const put = vi.fn(async (_track: MediaStreamTrack | null) => undefined);
  return { put, line: new VoiceLine(put), context: () => Context.all.at(-1) as Context };
}

beforeEach(() => {
  Context.state = "running";
  Context.all = [];
  vi.stubGlobal("AudioContext", Context);
  vi.stubGlobal("MediaStream", Stream);
});
afterEach(() => vi.unstubAllGlobals());

test("a voice goes as it is, and mixed while a screen's sound goes with it", async () => {
  const { put, line, context } = made();
  await line.speak(voice);
  expect(put).toHaveBeenLastCalledWith(voice);
  await line.share(sound);
  expect(put).toHaveBeenLastCalledWith(context().mixed);
  expect(context().heard).toEqual(new Set([voice, sound]));
  await line.share(null);
  expect(put).toHaveBeenLastCalledWith(voice);
  expect(context().close).toHaveBeenCalledOnce();
});

test("another microphone takes the place of the first within the mix", async () => {
  const { put, line, context } = made();
  await line.speak(voice);
  await line.share(sound);
  put.mockClear();
  await line.speak(other);
  expect(put).not.toHaveBeenCalled();
  expect(context().heard).toEqual(new Set([other, sound]));
  await line.share(null);
  expect(put).toHaveBeenLastCalledWith(other);
});

test("a browser that plays nothing leaves the voice alone", async () => {
  Context.state = "suspended";
  const { put, line } = made();
  await line.speak(voice);
  await line.share(sound);
  expect(put).toHaveBeenLastCalledWith(voice);
});

test("sound that the system takes away costs nobody the voice", async () => {
  const { put, line, context } = made();
  await line.speak(voice);
  await line.share(sound);
  const mixing = context();
  mixing.state = "interrupted";
  mixing.onstatechange?.();
  await vi.waitFor(() => expect(put).toHaveBeenLastCalledWith(voice));
});

test("a screen is heard without a microphone", async () => {
  const { put, line, context } = made();
  await line.speak(null);
  await line.share(sound);
  expect(put).toHaveBeenLastCalledWith(context().mixed);
});

test("what is over before it has begun is not heard", async () => {
  const { put, line, context } = made();
  await line.speak(voice);
  const sharing = line.share(sound);
  await line.share(null);
  await sharing;
  expect(put).toHaveBeenLastCalledWith(voice);
  expect(context().close).toHaveBeenCalledOnce();
});
