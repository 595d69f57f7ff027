import type { Bilingual } from "../protocol";
import { Refusal } from "../transport/refusal";

/** What a page uses of this computer. */
export type DeviceKind = "microphone" | "camera" | "document" | "speaker";

export const DEVICE_NAMES: Record<DeviceKind, Bilingual> = {
  microphone: { zh: "麦克风", en: "microphone" },
  camera: { zh: "摄像头", en: "camera" },
  document: { zh: "高拍仪", en: "document camera" },
  speaker: { zh: "扬声器", en: "speaker" },
};

/** What is wrong, as `{device}` sentences with what to do about it. */
const PROBLEMS = {
  not_allowed: {
    zh: "浏览器没有允许使用{device}。请点地址栏左边的图标，允许{device}，再点“重试”。",
    en: "The browser may not use the {device}. Click the icon left of the address, allow the {device}, then “Try again”.",
  },
  not_found: {
    zh: "没有找到{device}。请检查连接线是否插好，再点“重试”。",
    en: "No {device} was found. Check that its cable is plugged in, then “Try again”.",
  },
  in_use: {
    zh: "{device}打不开，可能正被其他程序使用。请关闭其他程序，或拔下再插上，再点“重试”。",
    en: "The {device} cannot be opened; another program may be using it. Close that program or replug, then “Try again”.",
  },
  not_capable: {
    zh: "这个{device}不支持需要的画质，请换一个{device}。",
    en: "This {device} cannot deliver what is needed. Choose another {device}.",
  },
  insecure: {
    zh: "当前网址不安全，浏览器不允许使用{device}。请改用 https 开头的网址打开本页。",
    en: "The address is not secure, so the browser keeps the {device} closed. Open this page with https.",
  },
  unsupported: {
    zh: "这个浏览器不支持使用{device}，请换用新版谷歌或 Edge 浏览器。",
    en: "This browser cannot use a {device}. Use a current Chrome or Edge.",
  },
  unplugged: {
    zh: "{device}断开了。请检查连接线，再点“重试”。",
    en: "The {device} came off. Check its cable, then “Try again”.",
  },
  muted: {
    zh: "{device}被系统静音或遮挡，请检查开关。",
    en: "The {device} is muted or covered. Check its switch.",
  },
} satisfies Record<string, Bilingual>;

export type ProblemCode = keyof typeof PROBLEMS;

const BY_NAME: Record<string, ProblemCode> = {
  NotAllowedError: "not_allowed",
  SecurityError: "not_allowed",
  NotFoundError: "not_found",
  NotReadableError: "in_use",
  AbortError: "in_use",
  OverconstrainedError: "not_capable",
  TypeError: "not_found",
};

/** The problem as a refusal whose sentence says what to do. */
export function problem(code: ProblemCode, device: DeviceKind): Refusal {
  const name = DEVICE_NAMES[device];
  const text = PROBLEMS[code];
  return new Refusal(code, {
    zh: text.zh.replaceAll("{device}", name.zh),
    en: text.en.replaceAll("{device}", name.en),
  });
}

/** What a failed `getUserMedia` means. */
export function problemOf(error: unknown, device: DeviceKind): Refusal {
  if (error instanceof Refusal) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return problem(BY_NAME[name] ?? "in_use", device);
}

/** Why no device can be opened at all, null when it can. */
export function obstacle(device: DeviceKind): Refusal | null {
  if (!globalThis.isSecureContext) return problem("insecure", device);
  if (!navigator.mediaDevices?.getUserMedia) return problem("unsupported", device);
  return null;
}
