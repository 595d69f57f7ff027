const TONES_HZ = [880, 660];
const TONE_SECONDS = 0.18;
const REPEAT_MS = 2_000;

/** Rings two soft tones every two seconds; the answer silences it. */
export function ring(): () => void {
  const context = new AudioContext();
  const strike = () => {
    for (const [index, frequency] of TONES_HZ.entries()) tone(context, frequency, index * TONE_SECONDS);
  };
  strike();
  const timer = setInterval(strike, REPEAT_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

function tone(context: AudioContext, frequency: number, after: number): void {
  const start = context.currentTime + after;
  const oscillator = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setTargetAtTime(0.2, start, 0.01);
  volume.gain.setTargetAtTime(0, start + TONE_SECONDS * 0.6, 0.03);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + TONE_SECONDS * 2);
}
