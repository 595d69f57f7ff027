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

/** What a microphone gives before anybody else hears it; `unknown` until the browser lets the page measure it. */
export type Given = "none" | "unknown" | "listening" | "sound" | "silent";

/** Follows whether a microphone that is there gives any sound, and how loud it is, from 0 to 1. */
export function useSounding(own: Ref<MediaStream | null>) {
  const given = ref<Given>("none");
  const level = ref(0);
  const silence = new SilenceWatch();
  const meter = new LevelMeter((loudness) => {
    level.value = loudness;
    if (!meter.running) return;
    if (silence.look(loudness, performance.now())) given.value = "silent";
    else if (SilenceWatch.sounds(loudness)) given.value = "sound";
    else if (given.value === "unknown") given.value = "listening";
  });
  watch(
    () => own.value?.getAudioTracks()[0],
    (track) => {
      silence.reset();
      given.value = track ? "unknown" : "none";
      if (track) meter.start(track);
      else meter.stop();
    },
    { immediate: true },
  );
  onScopeDispose(() => meter.stop());
  return { given, level };
}
