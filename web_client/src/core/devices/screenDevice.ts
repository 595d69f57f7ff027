import { asRefusal, Refusal } from "@/core/connection/refusal";

/** Sound of a program is no voice: nothing is taken out of it. */
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** What Chromium knows beside the standard. */
interface Asked extends DisplayMediaStreamOptions {
  readonly systemAudio?: "include" | "exclude";
}

/**
 * Has the person choose a screen, with its sound where the browser gives it; null when they would rather not. Raises
 * `Refusal` with what is in the way.
 */
export async function openScreen(): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getDisplayMedia(asked());
  } catch (error) {
    if (nameOf(error) === "NotAllowedError" && !(error as DOMException).message.includes("by system"))
      return null;
    throw refusalOf(error);
  }
}

/** All that the machine plays has the others' voices in it: it is asked for only where the browser can leave the page's own out. */
function asked(): Asked {
  const supported: object = navigator.mediaDevices.getSupportedConstraints?.() ?? {};
  const without = "restrictOwnAudio" in supported;
  return {
    video: true,
    audio: without ? ({ ...SOUND, restrictOwnAudio: true } as MediaTrackConstraints) : SOUND,
    systemAudio: without ? "include" : "exclude",
  };
}

function refusalOf(error: unknown): Refusal {
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "NotReadableError":
      return new Refusal("screen_unreadable", {
        zh: "屏幕没有共享成功：系统或其他程序不让浏览器读取它。请在系统的隐私设置里允许浏览器录制屏幕，或换一个窗口再试。",
        en: "The screen is not shared: the system or another program keeps it from the browser. Allow the browser to record the screen in the system's privacy settings, or choose another window.",
      });
    case "NotFoundError":
      return new Refusal("screen_missing", {
        zh: "没有找到可以共享的屏幕或窗口。",
        en: "There is no screen or window to share.",
      });
    case "AbortError":
      return new Refusal("screen_broken_off", {
        zh: "屏幕共享被浏览器中断了，请再试一次。",
        en: "The browser broke off sharing the screen. Please try again.",
      });
    default:
      return asRefusal(error);
  }
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}
