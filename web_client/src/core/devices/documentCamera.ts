import { type DeviceProblem, problemOf } from "./faceDevices";

const STORED = "cloud-window-document-camera";
/** As large as the camera gives: a paper must be read, and a still is taken from this track. */
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 3840 },
  height: { ideal: 2880 },
  frameRate: { max: 15 },
};

/** The cameras of this machine; names are known once a camera was allowed. */
export async function cameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput");
}

/**
 * The document camera: the one that was chosen last, else one that does not show the face. There is none where the only
 * camera is the face's, or where it is not known which one that is: it is said then, and not guessed.
 */
export function documentCamera(
  all: readonly MediaDeviceInfo[],
  face: string | undefined,
): MediaDeviceInfo | undefined {
  const others = all.filter((one) => one.deviceId !== face);
  const stored = others.find((one) => one.deviceId === localStorage.getItem(STORED));
  return stored ?? (face === undefined ? undefined : others[0]);
}

/** Remembers the camera for the next time. */
export function remember(deviceId: string): void {
  localStorage.setItem(STORED, deviceId);
}

/** Opens a camera. */
export async function openCamera(
  deviceId: string,
): Promise<{ stream: MediaStream | null; problem: DeviceProblem | null }> {
  try {
    const video = { ...VIDEO, deviceId: { exact: deviceId } };
    return { stream: await navigator.mediaDevices.getUserMedia({ video }), problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}
