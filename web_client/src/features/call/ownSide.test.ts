import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MediaLink } from "@/core/media/link";
import { useOwnSide } from "./ownSide";

/** A stream as a browser gives it, reduced to what is read of it. */
class Stream {
  constructor(readonly tracks: readonly { kind: string }[]) {}
  getTracks = () => this.tracks;
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === "audio");
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === "video");
}

const track = (kind: "audio" | "video") => ({ kind, enabled: true, stop: vi.fn() });
const media = { send: async () => undefined, open: () => undefined } as unknown as MediaLink;
const getUserMedia = vi.fn();
const denied = () => new DOMException("", "NotAllowedError");

beforeEach(() => {
  getUserMedia.mockReset();
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("MediaStream", Stream);
});
afterEach(() => vi.unstubAllGlobals());

test("a forbidden camera stays the problem while another microphone is chosen, until it is opened by hand", async () => {
  const side = useOwnSide(media, () => undefined);
  getUserMedia.mockResolvedValueOnce(new Stream([track("audio"), track("video")]));
  await side.openDevices();
  getUserMedia.mockRejectedValueOnce(denied());
  expect(await side.reopen("camera")).toBe("deviceDenied");
  expect(side.deviceProblem.value).toBe("deviceDenied");

  getUserMedia.mockResolvedValueOnce(new Stream([track("audio")]));
  await side.useDevice("microphone", "desk");
  expect(side.deviceProblem.value).toBe("deviceDenied");

  getUserMedia.mockResolvedValueOnce(new Stream([track("video")]));
  await side.useDevice("camera", "front");
  expect(side.deviceProblem.value).toBeNull();
});

test("what was forbidden is forgotten once camera and microphone are opened together", async () => {
  const side = useOwnSide(media, () => undefined);
  const both = () => new Stream([track("audio"), track("video")]);
  getUserMedia.mockResolvedValueOnce(both());
  await side.openDevices();
  getUserMedia.mockRejectedValueOnce(denied());
  await side.reopen("camera");
  getUserMedia.mockResolvedValueOnce(both());
  await side.openDevices();
  getUserMedia.mockResolvedValueOnce(new Stream([track("audio")]));
  await side.useDevice("microphone", "desk");
  expect(side.deviceProblem.value).toBeNull();
});

test("a camera that was denied stays told while another microphone is chosen, until it is opened", async () => {
  const side = useOwnSide(media, () => undefined);
  getUserMedia.mockRejectedValueOnce(denied()).mockResolvedValueOnce(new Stream([track("audio")]));
  await side.openDevices();
  expect(side.heard.value).toBe(true);
  expect(side.deviceProblem.value).toBe("deviceDenied");
  getUserMedia.mockResolvedValueOnce(new Stream([track("audio")]));
  await side.useDevice("microphone", "desk");
  expect(side.deviceProblem.value).toBe("deviceDenied");
  getUserMedia.mockResolvedValueOnce(new Stream([track("video")]));
  await side.useDevice("camera", "front");
  expect(side.deviceProblem.value).toBeNull();
});
