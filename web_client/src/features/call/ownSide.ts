import { computed, markRaw, ref, shallowRef } from "vue";
import { type DeviceProblem, openFaceDevices } from "@/core/devices/faceDevices";
import type { MediaLink } from "@/core/media/link";

/** What this page sends: camera and microphone, and a screen when one is shared. */
export function useOwnSide(media: MediaLink) {
  const own = shallowRef<MediaStream | null>(null);
  const deviceProblem = ref<DeviceProblem | null>(null);
  const muted = ref(false);
  const paused = ref(false);
  /** Whether there is a microphone by which this page can be heard at all. */
  const heard = computed(() => Boolean(own.value?.getAudioTracks().length));

  /** Opens camera and microphone, and connects them; called again it tries again. */
  async function openDevices(): Promise<void> {
    const { stream, problem } = await openFaceDevices();
    deviceProblem.value = problem;
    own.value = stream ? markRaw(stream) : null;
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted.value;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = !paused.value;
    await media.send("microphone", stream?.getAudioTracks()[0] ?? null);
    await media.send("camera", stream?.getVideoTracks()[0] ?? null);
    media.open();
  }

  function toggleMute(): void {
    muted.value = !muted.value;
    for (const track of own.value?.getAudioTracks() ?? []) track.enabled = !muted.value;
  }

  function toggleCamera(): void {
    paused.value = !paused.value;
    for (const track of own.value?.getVideoTracks() ?? []) track.enabled = !paused.value;
  }

  function stop(): void {
    for (const track of own.value?.getTracks() ?? []) track.stop();
    own.value = null;
  }

  return {
    own,
    deviceProblem,
    muted,
    paused,
    heard,
    openDevices,
    toggleMute,
    toggleCamera,
    stop,
    ...useScreen(media),
  };
}

function useScreen(media: MediaLink) {
  const screen = shallowRef<MediaStream | null>(null);

  /** Shares a screen, or stops; the browser asks which one. */
  async function toggleScreen(): Promise<void> {
    if (screen.value) {
      for (const track of screen.value.getTracks()) track.stop();
      screen.value = null;
      await media.send("screen", null);
      return;
    }
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => null);
    const track = stream?.getVideoTracks()[0];
    if (!stream || !track) return;
    track.contentHint = "detail";
    track.onended = () => {
      if (screen.value === stream) void toggleScreen();
    };
    screen.value = markRaw(stream);
    await media.send("screen", track);
  }

  return { screen, toggleScreen };
}
