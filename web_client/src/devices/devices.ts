import { Emitter } from "../transport/emitter";
import { type DeviceKind, obstacle, problem, problemOf } from "./problems";

/** A device that can be chosen. */
export interface Device {
  readonly id: string;
  readonly label: string;
}

export type InputKind = Exclude<DeviceKind, "speaker">;

const REMEMBERED = "cw:device:";
const DOCUMENT_CAMERA = /document|doc\s?cam|高拍|scanner|扫描|visualizer|ELMO|eloam|czur/i;

/** How each input is opened; numbers are wishes, so that a plain camera serves as well. */
const WISHES: Record<InputKind, MediaTrackConstraints> = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } },
  document: { width: { ideal: 3840 }, height: { ideal: 2160 }, frameRate: { ideal: 10, max: 15 } },
};

/** The devices of this computer: lists, opens, remembers the choice, and tells when one comes or goes. */
export class Devices {
  readonly changed = new Emitter<void>();

  constructor(private readonly memory: Storage = localStorage) {
    navigator.mediaDevices?.addEventListener("devicechange", () => this.changed.emit());
  }

  /** The devices of a kind; names are empty until one was allowed. */
  async list(kind: DeviceKind): Promise<Device[]> {
    if (obstacle(kind)) return [];
    const wanted = kind === "microphone" ? "audioinput" : kind === "speaker" ? "audiooutput" : "videoinput";
    const all = await navigator.mediaDevices.enumerateDevices();
    const usable = all.filter((device) => device.kind === wanted && device.deviceId !== "");
    return usable.map((device) => ({ id: device.deviceId, label: device.label }));
  }

  /** The device to use: the remembered one while it is there, else the likely one; null when there is none. */
  async choice(kind: DeviceKind): Promise<Device | null> {
    const devices = await this.list(kind);
    const remembered = this.memory.getItem(REMEMBERED + kind);
    const kept = devices.find((device) => device.id === remembered);
    return kept ?? likely(kind, devices);
  }

  choose(kind: DeviceKind, id: string): void {
    this.memory.setItem(REMEMBERED + kind, id);
    this.changed.emit();
  }

  /** Opens the chosen input; raises `Refusal` with what to do. The track is the caller's to stop. */
  async open(kind: InputKind): Promise<MediaStreamTrack> {
    const closed = obstacle(kind);
    if (closed) throw closed;
    const device = await this.choice(kind);
    // Before the first permission devices have no identifiers; only a document camera must be told apart then.
    if (!device && kind === "document") throw problem("not_found", kind);
    const wishes = { ...WISHES[kind], ...(device ? { deviceId: { exact: device.id } } : {}) };
    try {
      return first(
        await navigator.mediaDevices.getUserMedia({ [kind === "microphone" ? "audio" : "video"]: wishes }),
      );
    } catch (error) {
      throw problemOf(error, kind);
    }
  }
}

/** The likely device when nobody has chosen: a document camera by its name or as the second camera. */
export function likely(kind: DeviceKind, devices: readonly Device[]): Device | null {
  const document = devices.find((device) => DOCUMENT_CAMERA.test(device.label));
  if (kind === "document") return document ?? devices[1] ?? null;
  if (kind === "camera") return devices.find((device) => device !== document) ?? devices[0] ?? null;
  return devices.find((device) => device.id === "default") ?? devices[0] ?? null;
}

/** Plays a short tone on the chosen speaker; raises `Refusal` when it cannot. */
export async function playTone(speaker: Device | null): Promise<void> {
  const context = new AudioContext();
  try {
    if (speaker && speaker.id !== "default" && "setSinkId" in context) {
      await (context.setSinkId as (id: string) => Promise<void>).call(context, speaker.id);
    }
    await context.resume();
    for (const [index, frequency] of [523.25, 659.25, 783.99].entries())
      note(context, frequency, index * 0.22);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  } catch (error) {
    throw problemOf(error, "speaker");
  } finally {
    await context.close();
  }
}

function note(context: AudioContext, frequency: number, after: number): void {
  const oscillator = new OscillatorNode(context, { frequency });
  const gain = new GainNode(context, { gain: 0 });
  const start = context.currentTime + after;
  gain.gain.linearRampToValueAtTime(0.2, start + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.4);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.4);
}

function first(stream: MediaStream): MediaStreamTrack {
  const track = stream.getTracks()[0];
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}
