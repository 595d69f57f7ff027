/** One tone: its pitch, when it begins and how long it lasts (seconds), and how loud it is, 0 to 1. */
export interface Tone {
  readonly hertz: number;
  readonly at: number;
  readonly seconds: number;
  readonly loud: number;
}

/** Two bells that rise: something is wanted of who sits here. */
export const CHIME: readonly Tone[] = [
  { hertz: 659.3, at: 0, seconds: 0.5, loud: 0.3 },
  { hertz: 880, at: 0.18, seconds: 0.9, loud: 0.3 },
];

/** A ticket rings at a clerk; repeated until it is answered. */
export const RING: readonly Tone[] = [
  { hertz: 880, at: 0, seconds: 0.3, loud: 0.3 },
  { hertz: 660, at: 0.18, seconds: 0.3, loud: 0.3 },
];

/** A chord that is easy to recognise: whoever hears it has found the right speaker. */
export const TRIAL: readonly Tone[] = [523.3, 659.3, 784].map((hertz, index) => ({
  hertz,
  at: index * 0.2,
  seconds: 0.9,
  loud: 0.25,
}));

const ROOT = 220;
/** Semitones above the root: four chords that go round, and the steps of their arpeggio. */
const CHORDS = [
  [0, 4, 7],
  [-3, 0, 4],
  [-7, -3, 0],
  [-5, -1, 2],
] as const;
const STEPS = [0, 1, 2, 1, 2, 0] as const;
/** Seconds that one chord of the music lasts. */
export const BAR_SECONDS = 4.8;

/** The soft music of a call on hold, bar by bar; it goes round and never ends. */
export function bar(number: number): Tone[] {
  const chord = CHORDS[number % CHORDS.length] ?? CHORDS[0];
  const pad = chord.map((semitones) => tone(semitones, 0, BAR_SECONDS, 0.035));
  const melody = STEPS.map((step, index) => {
    const at = (index * BAR_SECONDS) / STEPS.length;
    return tone((chord[step] ?? 0) + 12, at, 1.6, 0.06);
  });
  return [...pad, ...melody];
}

function tone(semitones: number, at: number, seconds: number, loud: number): Tone {
  return { hertz: ROOT * 2 ** (semitones / 12), at, seconds, loud };
}
