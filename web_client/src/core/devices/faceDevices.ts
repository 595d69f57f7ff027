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

/** What the face's sources are remembered by: they belong to this machine. */
const STORED = { camera: "cloud-window-camera", microphone: "cloud-window-microphone" } as const;
export type FaceSource = keyof typeof STORED;

/** What is asked of the browser: the device that was chosen last, another one where it is gone. */
function wanted(source: FaceSource): MediaTrackConstraints {
  const stored = localStorage.getItem(STORED[source]);
  return { ...(source === "camera" ? VIDEO : AUDIO), ...(stored ? { deviceId: { ideal: stored } } : {}) };
}

/** Opens the device of this kind again, the one chosen last where it is there. */
export async function reopenFaceDevice(source: FaceSource): Promise<Opened> {
  const asked = source === "camera" ? { video: wanted(source) } : { audio: wanted(source) };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(asked), problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

/** Opens one device in place of another, and remembers it. */
export async function openFaceDevice(source: FaceSource, deviceId: string): Promise<Opened> {
  const constraints = { ...wanted(source), deviceId: { exact: deviceId } };
  try {
    const asked = source === "camera" ? { video: constraints } : { audio: constraints };
    const stream = await navigator.mediaDevices.getUserMedia(asked);
    localStorage.setItem(STORED[source], deviceId);
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

/** Opens the microphone, for who is only heard. */
export async function openMicrophone(): Promise<Opened> {
  if (!window.isSecureContext || !navigator.mediaDevices) return { stream: null, problem: "deviceInsecure" };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted("microphone") });
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

/** Opens camera and microphone; without a camera the microphone alone, since sound goes first. */
export async function openFaceDevices(): Promise<Opened> {
  if (!window.isSecureContext || !navigator.mediaDevices) return { stream: null, problem: "deviceInsecure" };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: wanted("microphone"),
      video: wanted("camera"),
    });
    return { stream, problem: null };
  } catch (error) {
    if (nameOf(error) !== "NotFoundError") return { stream: null, problem: problemOf(error) };
  }
  const { stream, problem } = await openMicrophone();
  return { stream, problem: problem ?? "deviceNoCamera" };
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
