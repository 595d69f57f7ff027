import { onScopeDispose, type Ref, watch } from "vue";
import { Output } from "@/core/sound/output";
import { BAR_SECONDS, bar } from "@/core/sound/tones";
import { useSound } from "./sound";

/** Plays soft music while the call is on hold, so that nobody takes the silence for a broken line. */
export function useHoldMusic(held: Ref<boolean>): void {
  const sound = useSound();
  let stop = () => {};

  function start(): () => void {
    const output = new Output();
    output.volume = sound.volume;
    void output.use(sound.device);
    let next = 0;
    const play = () => void output.play(bar(next++));
    play();
    const timer = setInterval(play, BAR_SECONDS * 1000);
    return () => {
      clearInterval(timer);
      output.close();
    };
  }

  watch(
    held,
    (now) => {
      stop();
      stop = now ? start() : () => {};
    },
    { immediate: true },
  );
  onScopeDispose(() => stop());
}
