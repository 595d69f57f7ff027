import { computed, markRaw, type Ref, ref, type ShallowRef, shallowRef } from "vue";
import {
  type DeviceProblem,
  type FaceSource,
  isForbidden,
  type Opened,
  openFaceDevice,
  openFaceDevices,
  openMicrophone,
  reopenFaceDevice,
} from "@/core/devices/faceDevices";
import type { MediaLink } from "@/core/media/link";
import { VoiceLine } from "@/core/sound/voiceLine";
import { isChinese, t } from "@/kit/i18n";
import { deviceAdvice, leftOver } from "./deviceAdvice";
import { useScreen } from "./screen";

/** What this page sends: camera and microphone, and a screen when one is shared. */
export function useOwnSide(media: MediaLink, refuse: (error: unknown) => void) {
  const line = new VoiceLine((track) => media.send("microphone", track));
  const own = shallowRef<MediaStream | null>(null);
  const deviceProblem = ref<DeviceProblem | null>(null);
  /** What was wrong when the devices were opened together: it stays while one of them is absent. */
  const lasting = ref<DeviceProblem | null>(null);
  const muted = ref(false);
  const paused = ref(false);
  /** Whether there is a microphone by which this page can be heard at all. */
  const heard = computed(() => Boolean(own.value?.getAudioTracks().length));

  async function open(devices: () => Promise<Opened>): Promise<void> {
    const { stream, problem } = await devices();
    stop();
    deviceProblem.value = lasting.value = problem;
    own.value = stream ? markRaw(stream) : null;
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted.value;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = !paused.value;
    await line.speak(stream?.getAudioTracks()[0] ?? null);
    await media.send("camera", stream?.getVideoTracks()[0] ?? null);
    media.open();
  }

  function stop(): void {
    for (const track of own.value?.getTracks() ?? []) track.stop();
    own.value = null;
  }

  /** Sends nothing any more and lets go of the devices. */
  async function closeDevices(): Promise<void> {
    stop();
    deviceProblem.value = null;
    await line.speak(null);
    await media.send("camera", null);
  }

  return {
    own,
    deviceProblem,
    deviceWords: useDeviceWords(deviceProblem, own),
    muted,
    paused,
    heard,
    /** Opens camera and microphone, and connects them; called again it tries again. */
    openDevices: () => open(() => openFaceDevices(deviceProblem.value !== null)),
    /** The same with the microphone alone. */
    openVoice: () => open(openMicrophone),
    closeDevices,
    ...useChoice({ media, line }, { own, deviceProblem, lasting, muted, paused }),
    ...useKeptBack({ own, muted, paused }),
    stop,
    ...useScreen(media, line, refuse),
  };
}

/** In words, what is wrong with the devices and what there is to do; null when nothing is. */
function useDeviceWords(problem: Ref<DeviceProblem | null>, own: Ref<MediaStream | null>) {
  return computed(() => {
    if (!problem.value) return null;
    const left = leftOver(problem.value, own.value);
    const said = [t(deviceAdvice(problem.value, window)), left ? t(left) : ""];
    return said.filter(Boolean).join(isChinese.value ? "" : " ");
  });
}

/** By what a page sends: its voice goes by a line of its own, where the sound of a screen joins it. */
interface Lines {
  readonly media: MediaLink;
  readonly line: VoiceLine;
}

/** What a person has at this page: the stream that is sent, what is wrong with it, and what is kept back. */
interface Held {
  readonly own: ShallowRef<MediaStream | null>;
  readonly deviceProblem: Ref<DeviceProblem | null>;
  readonly lasting: Ref<DeviceProblem | null>;
  readonly muted: Ref<boolean>;
  readonly paused: Ref<boolean>;
}

function useKeptBack({ own, muted, paused }: Omit<Held, "deviceProblem" | "lasting">) {
  function toggleMute(): void {
    muted.value = !muted.value;
    for (const track of own.value?.getAudioTracks() ?? []) track.enabled = !muted.value;
  }

  function toggleCamera(): void {
    paused.value = !paused.value;
    for (const track of own.value?.getVideoTracks() ?? []) track.enabled = !paused.value;
  }

  return { toggleMute, toggleCamera };
}

function useChoice({ media, line }: Lines, { own, deviceProblem, lasting, muted, paused }: Held) {
  /** What is dead and forbidden: that stays the problem until another track is in its place. */
  const forbidden = new WeakMap<MediaStreamTrack, DeviceProblem>();
  const tracks = () => own.value?.getTracks() ?? [];
  const complete = () => new Set(tracks().map((one) => one.kind)).size > 1;

  /** Sends from another device of the same kind, in mid-call; the one before goes on when it cannot be opened. */
  async function useDevice(source: FaceSource, deviceId: string): Promise<void> {
    const { stream, problem } = await openFaceDevice(source, deviceId);
    const [track] = stream?.getTracks() ?? [];
    if (track) await adopt(source, track);
    const dead = tracks().find((one) => forbidden.has(one));
    deviceProblem.value = problem ?? (dead && forbidden.get(dead)) ?? (complete() ? null : lasting.value);
  }

  /** Opens a device again of which nothing comes, and lets go of what is dead first; what is wrong, if anything is. */
  async function reopen(source: FaceSource): Promise<DeviceProblem | null> {
    const before = own.value;
    const kind = source === "camera" ? "video" : "audio";
    const dead = tracks().filter((one) => one.kind === kind);
    for (const one of dead) one.stop();
    const { stream, problem } = await reopenFaceDevice(source);
    const [track] = stream?.getTracks() ?? [];
    // The call was over, or the person had opened something else, before the system answered.
    if (own.value !== before) track?.stop();
    else if (track) await adopt(source, track);
    else if (problem && isForbidden(problem)) {
      for (const one of dead) forbidden.set(one, problem);
      deviceProblem.value = problem;
    }
    return problem;
  }

  async function adopt(source: FaceSource, track: MediaStreamTrack): Promise<void> {
    track.enabled = source === "camera" ? !paused.value : !muted.value;
    const former = tracks().filter((one) => one.kind === track.kind);
    const kept = tracks().filter((one) => one.kind !== track.kind);
    own.value = markRaw(new MediaStream([...kept, track]));
    await (source === "microphone" ? line.speak(track) : media.send(source, track));
    for (const one of former) one.stop();
  }

  return { useDevice, reopen };
}
