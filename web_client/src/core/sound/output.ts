import type { Tone } from "./tones";

/** A browser lets a page sound within this time, or not before somebody touches the page. */
const ALLOWED_MS = 500;
/** Short enough to strike like a bell, long enough not to crack. */
const ATTACK_SECONDS = 0.012;

/** Plays tones at a volume of its own, at a speaker that may be chosen. */
export class Output {
  #context: AudioContext | null = null;
  #gain: GainNode | null = null;
  #element: HTMLAudioElement | null = null;
  #volume = 1;
  #device = "";

  /** Whether this browser lets a page choose the speaker. */
  static get choosable(): boolean {
    return typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
  }

  /** Sets the volume, 0 to 1. */
  set volume(volume: number) {
    this.#volume = Math.min(1, Math.max(0, volume));
    if (this.#gain) this.#gain.gain.value = this.#volume;
  }

  /** Plays at the speaker of this identifier, "" for the system's own; whether it is there. */
  async use(device: string): Promise<boolean> {
    this.#device = device;
    return !this.#gain || this.#route();
  }

  /** Is to be called when the person touches the page: browsers are silent until then. */
  wake(): void {
    if (this.#context?.state === "suspended") void this.#context.resume();
  }

  /** Plays tones now; nothing when the browser does not let the page sound, since a late call misleads. */
  async play(tones: readonly Tone[]): Promise<void> {
    const context = await this.#running();
    if (!context || !this.#gain) return;
    for (const tone of tones) strike(context, this.#gain, tone);
  }

  /** Falls silent for good. */
  close(): void {
    this.#element?.pause();
    void this.#context?.close();
    this.#context = this.#gain = this.#element = null;
  }

  async #running(): Promise<AudioContext | null> {
    this.#context ??= new AudioContext();
    if (!this.#gain) {
      this.#gain = new GainNode(this.#context, { gain: this.#volume });
      await this.#route();
    }
    const patience = new Promise<void>((resolve) => setTimeout(resolve, ALLOWED_MS));
    if (!sounds(this.#context)) await Promise.race([this.#context.resume(), patience]);
    return sounds(this.#context) ? this.#context : null;
  }

  async #route(): Promise<boolean> {
    const [context, gain] = [this.#context, this.#gain];
    if (!context || !gain) return false;
    gain.disconnect();
    this.#element?.pause();
    this.#element = null;
    if (!this.#device) {
      gain.connect(context.destination);
      return true;
    }
    try {
      this.#element = await elementAt(this.#device, context, gain);
      return true;
    } catch {
      // Unplugged since it was chosen: a call must be heard all the same.
      gain.disconnect();
      gain.connect(context.destination);
      return false;
    }
  }
}

function sounds(context: AudioContext): boolean {
  return context.state === "running";
}

/** An element is what every browser can send to a chosen speaker; an audio context only some. */
async function elementAt(device: string, context: AudioContext, gain: GainNode): Promise<HTMLAudioElement> {
  const stream = context.createMediaStreamDestination();
  gain.connect(stream);
  const element = new Audio();
  element.srcObject = stream.stream;
  await element.setSinkId(device);
  await element.play();
  return element;
}

function strike(context: AudioContext, gain: GainNode, { hertz, at, seconds, loud }: Tone): void {
  const start = context.currentTime + at;
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const envelope = new GainNode(context, { gain: 0 });
  envelope.gain.setTargetAtTime(loud, start, ATTACK_SECONDS);
  envelope.gain.setTargetAtTime(0, start + seconds * 0.4, seconds * 0.2);
  oscillator.connect(envelope).connect(gain);
  oscillator.start(start);
  oscillator.stop(start + seconds * 1.5);
  oscillator.onended = () => envelope.disconnect();
}
