import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openFaceDevice, openFaceDevices } from "./faceDevices";

const stream = { getTracks: () => [] } as unknown as MediaStream;

function browserAnswers(...answers: (MediaStream | string)[]) {
  const getUserMedia = vi.fn(async () => {
    const answer = answers.shift();
    if (typeof answer === "string") throw new DOMException("", answer);
    return answer;
  });
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  return getUserMedia;
}

beforeEach(() => vi.stubGlobal("isSecureContext", true));
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

test.each([
  ["NotAllowedError", "deviceDenied"],
  ["NotReadableError", "deviceBusy"],
  ["SomethingNew", "deviceOther"],
])("%s has its own problem", async (name, key) => {
  browserAnswers(name);
  expect(await openFaceDevices()).toEqual({ stream: null, problem: key });
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
