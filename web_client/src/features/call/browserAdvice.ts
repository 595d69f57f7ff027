import type { Key } from "@/kit/i18n";

/** What a browser says of itself; the page's own window fits. */
export interface Browser {
  readonly navigator: { readonly userAgent: string };
  readonly RTCPeerConnection?: unknown;
}

/** What to do about a browser in which no call can be held, null where one can. */
export function browserAdvice(browser: Browser): Key | null {
  const wechat = /MicroMessenger/.test(browser.navigator.userAgent);
  if (!browser.RTCPeerConnection) return wechat ? "adviceWechat" : "adviceBrowser";
  return null;
}
