/** Why no camera or microphone can be had; each has its sentence on the page. */
export type DeviceProblem =
  | "deviceDenied"
  | "deviceMissing"
  | "deviceBusy"
  | "deviceInsecure"
  | "deviceOther"
  | "deviceNoCamera";

/** What came of opening camera and microphone: the stream, and what is wrong, if anything is. */
export interface Opened {
  readonly stream: MediaStream | null;
  readonly problem: DeviceProblem | null;
}

const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 25, max: 30 },
};

/** Opens camera and microphone; without a camera the microphone alone, since sound goes first. */
export async function openFaceDevices(): Promise<Opened> {
  if (!window.isSecureContext || !navigator.mediaDevices) return { stream: null, problem: "deviceInsecure" };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: AUDIO, video: VIDEO });
    return { stream, problem: null };
  } catch (error) {
    if (nameOf(error) !== "NotFoundError") return { stream: null, problem: problemOf(error) };
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: AUDIO });
    return { stream, problem: "deviceNoCamera" };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

/** The sentence for what a browser says when a device cannot be opened. */
export function problemOf(error: unknown): DeviceProblem {
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "SecurityError":
      return "deviceDenied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "deviceMissing";
    case "NotReadableError":
    case "AbortError":
      return "deviceBusy";
    default:
      return "deviceOther";
  }
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}
