import { RING } from "@/core/sound/tones";
import { useSound } from "./sound";

const REPEAT_MS = 2_000;

/** Rings at the clerk's speaker and volume until the function that it answers is called. */
export function startRing(): () => void {
  const sound = useSound();
  const strike = () => void sound.play(RING);
  strike();
  const timer = setInterval(strike, REPEAT_MS);
  return () => clearInterval(timer);
}
