/** Why no camera or microphone can be had; each has its sentence on the page. */
export type DeviceProblem =
  | "deviceDenied"
  | "deviceDismissed"
  | "deviceBlocked"
  | "deviceMissing"
  | "deviceBusy"
  | "deviceInsecure"
  | "deviceUnknown"
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

/** Whether the device stays closed until the person, or who sets up the machine, allows it. */
export const isForbidden = (problem: DeviceProblem | null) =>
  problem === "deviceDenied" || problem === "deviceDismissed" || problem === "deviceBlocked";

const MEDIA = { camera: "video", microphone: "audio" } as const;

/** Opens the device of this kind again, the one chosen last where it is there. */
export function reopenFaceDevice(source: FaceSource): Promise<Opened> {
  return open({ [MEDIA[source]]: wanted(source) });
}

/** Opens one device in place of another, and remembers it. */
export async function openFaceDevice(source: FaceSource, deviceId: string): Promise<Opened> {
  const opened = await open({ [MEDIA[source]]: { ...wanted(source), deviceId: { exact: deviceId } } });
  if (opened.stream) localStorage.setItem(STORED[source], deviceId);
  return opened;
}

/** Opens the microphone, for who is only heard. */
export async function openMicrophone(): Promise<Opened> {
  const problem = unfit();
  return problem ? { stream: null, problem } : reopenFaceDevice("microphone");
}

/**
 * Opens camera and microphone. A browser gives both or none: where one fails, whatever the cause, the other is opened
 * alone, the microphone first, and the problem stays told. Who closes the browser's question is not asked the next one at
 * once, but only `again`, when they press for it.
 */
export async function openFaceDevices(again = false): Promise<Opened> {
  const unfitted = unfit();
  if (unfitted) return { stream: null, problem: unfitted };
  const both = await open({ audio: wanted("microphone"), video: wanted("camera") });
  if (both.stream || (both.problem === "deviceDismissed" && !again)) return both;
  const sound = await reopenFaceDevice("microphone");
  if (sound.stream) {
    return {
      stream: sound.stream,
      problem: both.problem === "deviceMissing" ? "deviceNoCamera" : both.problem,
    };
  }
  const picture = await reopenFaceDevice("camera");
  return { stream: picture.stream, problem: picture.stream ? sound.problem : both.problem };
}

/** Why this page can open nothing at all: its address, or its browser. */
function unfit(): DeviceProblem | null {
  if (!window.isSecureContext) return "deviceInsecure";
  return navigator.mediaDevices ? null : "deviceUnknown";
}

async function open(asked: MediaStreamConstraints): Promise<Opened> {
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(asked), problem: null };
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== "deviceDenied") return { stream: null, problem };
    const states = await Promise.all([
      ...(asked.video ? [permitted("camera")] : []),
      ...(asked.audio ? [permitted("microphone")] : []),
    ]);
    // The browser allows it and refuses all the same: the system, or who sets up the machine, is in the way.
    if (states.every((one) => one === "granted")) return { stream: null, problem: "deviceBlocked" };
    // It would still ask: nobody has decided yet.
    return { stream: null, problem: states.every((one) => one === "prompt") ? "deviceDismissed" : problem };
  }
}

/** What the browser knows of the person's decision; null where it does not tell. */
async function permitted(name: FaceSource): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  } catch {
    // Some browsers have no permissions, or none of these names.
    return null;
  }
}

/** The sentence for what a browser says when a device cannot be opened. */
export function problemOf(error: unknown): DeviceProblem {
  switch (nameOf(error)) {
    case "NotAllowedError":
      // Chromium says in its message which of the two it was.
      return (error as DOMException).message.includes("by system") ? "deviceBlocked" : "deviceDenied";
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
