import { useEventListener, useLocalStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { markRaw, ref, watch } from "vue";
import { Output } from "@/core/sound/output";

const FIRST_VOLUME = 0.7;

/** What this page calls a person with: at a volume and a speaker that belong to this machine, and are kept on it. */
export const useSound = defineStore("sound", () => {
  const output = markRaw(new Output());
  const volume = useLocalStorage("cloud-window-ring-volume", FIRST_VOLUME);
  const device = useLocalStorage("cloud-window-ring-device", "");
  /** The chosen speaker is not there now: the system's own sounds in its place. */
  const gone = ref(false);

  watch(
    volume,
    (now) => {
      output.volume = now;
    },
    { immediate: true },
  );
  watch(
    device,
    async (now) => {
      gone.value = !(await output.use(now));
    },
    { immediate: true },
  );
  useEventListener(window, ["pointerdown", "keydown"], () => output.wake(), { capture: true });

  return { volume, device, gone, play: output.play.bind(output) };
});
