import type { DeviceProblem } from "@/core/devices/faceDevices";
import type { Key } from "@/kit/i18n";

/** What a browser says of itself; the page's own window fits. */
export interface Browser {
  readonly navigator: {
    readonly userAgent: string;
    readonly maxTouchPoints?: number;
    readonly mediaDevices?: unknown;
  };
  readonly isSecureContext?: boolean;
  readonly RTCPeerConnection?: unknown;
}

/** Where the page is open: what there is to press differs. */
type Place = "wechat" | "phone" | "desktop";

/** What to do about a browser in which no call can be held, null where one can. */
export function browserAdvice(browser: Browser): Key | null {
  const { navigator, isSecureContext, RTCPeerConnection } = browser;
  if (RTCPeerConnection && (navigator.mediaDevices || !isSecureContext)) return null;
  return placeOf(browser) === "wechat" ? "adviceWechat" : "adviceBrowser";
}

/** What is wrong with a device, and what there is to do about it in this browser. */
export function deviceAdvice(problem: DeviceProblem, browser: Browser): Key {
  switch (problem) {
    case "deviceDenied":
      return ({ wechat: "deviceWechat", phone: "deviceDeniedPhone", desktop: "deviceDenied" } as const)[
        placeOf(browser)
      ];
    case "deviceBlocked":
      return ({ wechat: "deviceWechat", phone: "deviceBlockedPhone", desktop: "deviceBlocked" } as const)[
        placeOf(browser)
      ];
    case "deviceUnknown":
      return browserAdvice(browser) ?? "deviceOther";
    default:
      return problem;
  }
}

/** What is left to somebody who has one of the two alone; null where that goes without saying. */
export function leftOver(problem: DeviceProblem, own: MediaStream | null): Key | null {
  const [heard, seen] = [own?.getAudioTracks().length, own?.getVideoTracks().length];
  if (heard && !seen && problem !== "deviceNoCamera") return "leftSound";
  return seen && !heard ? "leftPicture" : null;
}

function placeOf({ navigator: { userAgent, maxTouchPoints = 0 } }: Browser): Place {
  if (/MicroMessenger/.test(userAgent)) return "wechat";
  // An iPad says that it is a Macintosh, which has no touch screen.
  const tablet = /Macintosh/.test(userAgent) && maxTouchPoints > 1;
  return tablet || /Android|iPhone|iPad|Mobile|HarmonyOS/.test(userAgent) ? "phone" : "desktop";
}
