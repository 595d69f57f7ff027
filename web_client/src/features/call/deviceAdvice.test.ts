import { expect, test } from "vitest";
import { browserAdvice, deviceAdvice, leftOver } from "./deviceAdvice";

const DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36";
const ANDROID = "Mozilla/5.0 (Linux; Android 14) Chrome/140.0.0.0 Mobile Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";
const IPAD = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15";
const WECHAT = `${ANDROID} MicroMessenger/8.0.50`;

const browser = (userAgent: string, more: object = {}, devices: object = { mediaDevices: {} }) => ({
  navigator: { userAgent, ...devices },
  isSecureContext: true,
  RTCPeerConnection: class {},
  ...more,
});

test.each([
  [browser(DESKTOP), null],
  [browser(WECHAT), null],
  [browser(WECHAT, { RTCPeerConnection: undefined }), "adviceWechat"],
  [browser(WECHAT, {}, {}), "adviceWechat"],
  [browser("Opera Mini", { RTCPeerConnection: undefined }), "adviceBrowser"],
  [browser(DESKTOP, { isSecureContext: false }, {}), null],
] as const)("what is said of a browser", (given, expected) => {
  expect(browserAdvice(given)).toBe(expected);
});

test.each([
  ["deviceDenied", DESKTOP, "deviceDenied"],
  ["deviceDenied", ANDROID, "deviceDeniedPhone"],
  ["deviceDenied", WECHAT, "deviceWechat"],
  ["deviceBlocked", DESKTOP, "deviceBlocked"],
  ["deviceBlocked", IPHONE, "deviceBlockedPhone"],
  ["deviceBlocked", WECHAT, "deviceWechat"],
  ["deviceBusy", WECHAT, "deviceBusy"],
  ["deviceUnknown", DESKTOP, "deviceOther"],
] as const)("%s is told where it is to be mended", (problem, userAgent, expected) => {
  expect(deviceAdvice(problem, browser(userAgent))).toBe(expected);
});

test("a tablet that calls itself a desktop is touched", () => {
  expect(deviceAdvice("deviceDenied", browser(IPAD, {}, { maxTouchPoints: 5 }))).toBe("deviceDeniedPhone");
  expect(deviceAdvice("deviceDenied", browser(IPAD, {}, { maxTouchPoints: 0 }))).toBe("deviceDenied");
});

test("a browser without devices is told what it is", () => {
  expect(deviceAdvice("deviceUnknown", browser(WECHAT, {}, {}))).toBe("adviceWechat");
});

test("who has one of the two alone is told what is left", () => {
  const own = (sound: number, picture: number) =>
    ({ getAudioTracks: () => Array(sound), getVideoTracks: () => Array(picture) }) as unknown as MediaStream;
  expect(leftOver("deviceDenied", own(1, 0))).toBe("leftSound");
  expect(leftOver("deviceDenied", own(0, 1))).toBe("leftPicture");
  expect(leftOver("deviceNoCamera", own(1, 0))).toBeNull();
  expect(leftOver("deviceDenied", null)).toBeNull();
});
