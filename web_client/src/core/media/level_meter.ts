const EVERY_MS = 100;
const TOUCHES = ["pointerup", "keydown"] as const;

/** Measures how loud a microphone is; reports 0 to 1 ten times a second until stopped. */
export class LevelMeter {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** A browser that has begun it suspended lets it run once the person has touched the page. */
  readonly #touched = () => void this.#context?.resume();

  constructor(private readonly report: (level: number) => void) {}

  start(track: MediaStreamTrack): void {
    this.stop();
    const context = new AudioContext();
    // A browser may begin it suspended; a meter that stands still says that the microphone is dead.
    void context.resume();
    for (const touch of TOUCHES) addEventListener(touch, this.#touched);
    // iOS interrupts it for a telephone call, and does not always take it up again itself.
    context.onstatechange = () => {
      if (context.state !== "running" && context.state !== "closed") context.resume().catch(() => undefined);
    };
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#context = context;
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.report(loudness(samples));
    }, EVERY_MS);
  }

  /** Whether the system has taken the sound away, as for a telephone call: a state of Safari's. */
  get interrupted(): boolean {
    return (this.#context?.state as string | undefined) === "interrupted";
  }

  /** Whether anything is measured: before the first touch of a page a browser may give no sound to it. */
  get running(): boolean {
    return this.#context?.state === "running";
  }

  stop(): void {
    for (const touch of TOUCHES) removeEventListener(touch, this.#touched);
    clearInterval(this.#timer);
    void this.#context?.close();
    this.#context = null;
  }
}

/** Root mean square of samples between -1 and 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}
