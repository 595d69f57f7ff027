import { useDocumentVisibility, useIntervalFn } from "@vueuse/core";
import { type Ref, shallowRef, watch } from "vue";
import { type DeviceProblem, type FaceSource, isForbidden } from "@/core/devices/faceDevices";
import { Vitality } from "@/core/devices/vitality";
import type { MediaLink } from "@/core/media/link";

const LOOK_MS = 1_000;

/** What a page sends from, and how it opens one of its devices again. */
interface Held {
  readonly own: Ref<MediaStream | null>;
  readonly reopen: (source: FaceSource) => Promise<DeviceProblem | null>;
}

/**
 * Follows, in a call, whether camera and microphone give what they say; what is dead is opened again, and its track takes
 * the place of the other. Which of them are dead now.
 */
export function useRevival(
  media: Pick<MediaLink, "given">,
  { own, reopen }: Held,
  admitted: Ref<boolean>,
  interrupted: () => boolean,
): Ref<ReadonlySet<FaceSource>> {
  const dead = shallowRef<ReadonlySet<FaceSource>>(new Set());
  const page = useDocumentVisibility();
  const vitality = { camera: new Vitality(), microphone: new Vitality() };
  /** In whose place the browser gives no other: the person has forbidden it, and opens it again by hand. */
  const forbidden = new WeakSet<MediaStreamTrack>();
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const given = await media.given();
      for (const track of own.value?.getTracks() ?? []) await lookAt(track, given.get(track.id) ?? null);
      const sources = (["camera", "microphone"] as const).filter((source) => vitality[source].dead);
      if (sources.join() !== [...dead.value].join()) dead.value = new Set(sources);
    } finally {
      looking = false;
    }
  }

  async function lookAt(track: MediaStreamTrack, given: number | null): Promise<void> {
    const source = track.kind === "video" ? "camera" : "microphone";
    const signs = {
      wanted: admitted.value && track.enabled && page.value === "visible",
      ended: track.readyState === "ended",
      muted: track.muted || (source === "microphone" && interrupted()),
      given,
    };
    if (!vitality[source].look(signs, performance.now()) || forbidden.has(track)) return;
    // Told before it is tried: the system may let the page wait for the device.
    dead.value = new Set([...dead.value, source]);
    const problem = await reopen(source);
    if (problem === null) vitality[source].renewed();
    else if (isForbidden(problem)) forbidden.add(track);
  }

  const timer = useIntervalFn(() => void look(), LOOK_MS, { immediate: false });
  watch(
    [admitted, own],
    ([now, stream]) => {
      if (now && stream) timer.resume();
      else {
        timer.pause();
        for (const one of Object.values(vitality)) one.renewed();
        dead.value = new Set();
      }
    },
    { immediate: true },
  );
  watch([page, admitted], () => {
    for (const one of Object.values(vitality)) one.hurry();
  });
  return dead;
}
