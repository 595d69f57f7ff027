import { computed, onScopeDispose, type Ref, ref, watch } from "vue";
import { LevelMeter } from "@/core/media/level_meter";
import { SilenceWatch } from "@/core/media/silence";

/**
 * Whether the person is in a call, unmuted, with a microphone from which nothing comes; and whether the system has just
 * taken the sound away.
 */
export function useSilence(own: Ref<MediaStream | null>, muted: Ref<boolean>, admitted: Ref<boolean>) {
  const silent = ref(false);
  const silence = new SilenceWatch();
  const meter = new LevelMeter((level) => {
    silent.value = silence.look(level, performance.now());
  });
  const watched = computed(() =>
    admitted.value && !muted.value ? (own.value?.getAudioTracks()[0] ?? null) : null,
  );
  watch(watched, (track) => {
    silence.reset();
    silent.value = false;
    if (track) meter.start(track);
    else meter.stop();
  });
  onScopeDispose(() => meter.stop());
  return { silent, interrupted: () => meter.interrupted };
}
