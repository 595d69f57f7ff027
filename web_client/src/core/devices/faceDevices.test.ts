import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openFaceDevice, openFaceDevices, reopenFaceDevice } from "./faceDevices";

const stream = { getTracks: () => [] } as unknown as MediaStream;

/** A browser that answers in turn, or once it has no more answers always with the last; `states` are its permissions. */
function browserAnswers(...answers: (MediaStream | string | DOMException)[]) {
  const getUserMedia = vi.fn(async (_asked: MediaStreamConstraints) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (typeof answer === "string") throw new DOMException("", answer);
    if (answer instanceof DOMException) throw answer;
    return answer;
  });
  const query = vi.fn(async ({ name }: { name: string }) => ({ state: states[name] }));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia }, permissions: { query } });
  return getUserMedia;
}

/** A browser that gives one device and refuses the other, and both together therefore. */
function onlyOneFree(free: "audio" | "video", error: string) {
  const getUserMedia = vi.fn(async (asked: MediaStreamConstraints) => {
    if (Object.keys(asked).join() !== free) throw new DOMException("", error);
    return stream;
  });
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
}

let states: Record<string, string> = {};
beforeEach(() => {
  states = {};
  vi.stubGlobal("isSecureContext", true);
});
afterEach(() => vi.unstubAllGlobals());

test("camera and microphone open together", async () => {
  browserAnswers(stream);
  expect(await openFaceDevices()).toEqual({ stream, problem: null });
});

test("without a camera the microphone is opened alone, and the page says so", async () => {
  const asked = browserAnswers("NotFoundError", stream);
  expect(await openFaceDevices()).toEqual({ stream, problem: "deviceNoCamera" });
  expect(asked).toHaveBeenLastCalledWith({ audio: expect.anything() });
});

const CAUSES = [
  ["NotAllowedError", "deviceDenied"],
  ["NotReadableError", "deviceBusy"],
  ["SomethingNew", "deviceOther"],
] as const;

test.each(CAUSES)("%s of everything has its own problem", async (name, key) => {
  browserAnswers(name);
  expect(await openFaceDevices()).toEqual({ stream: null, problem: key });
});

test.each(CAUSES)("%s of the camera leaves the microphone, and stays told", async (name, key) => {
  onlyOneFree("audio", name);
  expect(await openFaceDevices()).toEqual({ stream, problem: key });
});

test.each([...CAUSES, ["NotFoundError", "deviceMissing"] as const])(
  "%s of the microphone leaves the camera, and stays told",
  async (name, key) => {
    onlyOneFree("video", name);
    expect(await openFaceDevices()).toEqual({ stream, problem: key });
  },
);

test("what the system forbids is told apart from what the person forbids", async () => {
  browserAnswers(new DOMException("Permission denied by system", "NotAllowedError"));
  expect((await openFaceDevices()).problem).toBe("deviceBlocked");
  browserAnswers(new DOMException("Permission denied", "NotAllowedError"));
  states = { camera: "granted", microphone: "granted" };
  expect((await openFaceDevices()).problem).toBe("deviceBlocked");
  states = { camera: "denied", microphone: "granted" };
  expect((await openFaceDevices()).problem).toBe("deviceDenied");
  expect((await reopenFaceDevice("camera")).problem).toBe("deviceDenied");
  states = { camera: "granted" };
  expect((await reopenFaceDevice("camera")).problem).toBe("deviceBlocked");
});

test("who closes the question is asked once, and again only by pressing for it", async () => {
  states = { camera: "prompt", microphone: "prompt" };
  const asked = browserAnswers("NotAllowedError");
  expect(await openFaceDevices()).toEqual({ stream: null, problem: "deviceDismissed" });
  expect(asked).toHaveBeenCalledTimes(1);
  await openFaceDevices(true);
  expect(asked).toHaveBeenCalledTimes(4);
  // Where one was decided before, the other is still asked for alone.
  states = { camera: "denied", microphone: "prompt" };
  browserAnswers("NotAllowedError", stream);
  expect(await openFaceDevices()).toEqual({ stream, problem: "deviceDenied" });
});

test("a browser without devices is told apart", async () => {
  vi.stubGlobal("navigator", {});
  expect((await openFaceDevices()).problem).toBe("deviceUnknown");
});

test("an address without https is told apart", async () => {
  vi.stubGlobal("isSecureContext", false);
  expect((await openFaceDevices()).problem).toBe("deviceInsecure");
});

test("a chosen device is asked for alone, and asked for again the next time; one that fails is not kept", async () => {
  localStorage.clear();
  const asked = browserAnswers(stream, "NotReadableError", stream);
  expect(await openFaceDevice("camera", "desk")).toEqual({ stream, problem: null });
  expect(asked).toHaveBeenLastCalledWith({ video: expect.objectContaining({ deviceId: { exact: "desk" } }) });
  expect((await openFaceDevice("camera", "other")).problem).toBe("deviceBusy");
  await openFaceDevices();
  expect(asked).toHaveBeenLastCalledWith({
    audio: expect.not.objectContaining({ deviceId: expect.anything() }),
    video: expect.objectContaining({ deviceId: { ideal: "desk" } }),
  });
});
