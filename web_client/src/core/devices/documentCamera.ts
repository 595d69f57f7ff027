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

/** The camera that was chosen last, else the one that is not the face's. */
export function preferred(all: readonly MediaDeviceInfo[], face: string | undefined): string | undefined {
  const stored = localStorage.getItem(STORED);
  const found =
    all.find((one) => one.deviceId === stored) ?? all.find((one) => one.deviceId !== face) ?? all[0];
  return found?.deviceId;
}

/** Opens the camera and remembers it. */
export async function openDocumentCamera(
  deviceId: string,
): Promise<{ stream: MediaStream | null; problem: DeviceProblem | null }> {
  try {
    const video = { ...VIDEO, deviceId: { exact: deviceId } };
    const stream = await navigator.mediaDevices.getUserMedia({ video });
    localStorage.setItem(STORED, deviceId);
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}
