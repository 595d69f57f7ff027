import { expect, test } from "vitest";
import { browserAdvice } from "./browserAdvice";

const browser = (userAgent: string, more: object = { RTCPeerConnection: class {} }) => ({
  navigator: { userAgent },
  ...more,
});

test.each([
  [browser("Chrome/156"), null],
  [browser("Safari MicroMessenger/8"), null],
  [browser("Safari MicroMessenger/8", {}), "adviceWechat"],
  [browser("Opera Mini", {}), "adviceBrowser"],
] as const)("what is said of a browser", (given, expected) => {
  expect(browserAdvice(given)).toBe(expected);
});
