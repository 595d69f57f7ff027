import { markRaw, shallowRef } from "vue";
import { openScreen } from "@/core/devices/screenDevice";
import type { MediaLink } from "@/core/media/link";
import type { VoiceLine } from "@/core/sound/voiceLine";

/**
 * The screen that this page shares, from the press until it is stopped, by the person, the browser or the call's end; its
 * sound goes out with the voice. Why it cannot be shared goes to `refuse`.
 */
export function useScreen(
  media: Pick<MediaLink, "send">,
  line: Pick<VoiceLine, "share">,
  refuse: (error: unknown) => void,
) {
  const screen = shallowRef<MediaStream | null>(null);
  let asked = 0;

  /** Shares a screen, or stops; the browser asks which one. */
  async function toggleScreen(): Promise<void> {
    if (screen.value) return stopScreen();
    asked++;
    const own = asked;
    const stream = await openScreen().catch(refuse);
    const track = stream?.getVideoTracks()[0];
    if (!stream || !track) return;
    // The call was over before the person had chosen, or another screen was chosen since.
    if (own !== asked) return release(stream);
    track.contentHint = "detail";
    track.onended = () => {
      if (screen.value === stream) void stopScreen();
    };
    screen.value = markRaw(stream);
    await media.send("screen", track);
    const [sound] = stream.getAudioTracks();
    if (sound && screen.value === stream) await line.share(sound);
  }

  /** Shares nothing any more, nor what is still being chosen. */
  async function stopScreen(): Promise<void> {
    asked++;
    const stream = screen.value;
    if (!stream) return;
    release(stream);
    screen.value = null;
    await line.share(null);
    await media.send("screen", null);
  }

  return { screen, toggleScreen, stopScreen };
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
