import { computed, type Ref, watch } from "vue";
import type { FaceSource } from "@/core/devices/faceDevices";
import type { Figures } from "@/core/media/figures";
import type { LinkState } from "@/core/media/link";
import type { SlotsView } from "@/core/protocol";
import { t } from "@/kit/i18n";
import { isStill, otherTrouble, verdictOf } from "./verdict";

/** The figures of a call are over ten seconds, and come every two. */
const LOOK_BACK_MS = 12_000;

/** What of this page, and not of the network, keeps pictures and sound back. */
interface Here {
  readonly silent: Ref<boolean>;
  readonly dead: Ref<ReadonlySet<FaceSource>>;
  readonly resting: Ref<boolean>;
}

/** The verdict on the network, and the sentence that tells what is wrong. */
export function useNetwork(
  state: Ref<LinkState>,
  slots: Ref<SlotsView | null>,
  figures: Ref<Figures | null>,
  problem: Ref<string | null>,
  { silent, dead, resting }: Here,
) {
  const still = useStill(slots, resting);
  const verdict = computed(() => verdictOf(state.value, slots.value, figures.value, still()));
  /** In words, what is wrong with camera, microphone or network; null when nothing is. */
  const trouble = computed(() => {
    if (problem.value) return problem.value;
    const key =
      (dead.value.has("camera")
        ? "cameraRevived"
        : dead.value.has("microphone")
          ? "microphoneRevived"
          : null) ??
      (silent.value ? "microphoneSilent" : null) ??
      verdict.value?.reason ??
      otherTrouble(slots.value);
    return key ? t(key) : null;
  });
  return { verdict, trouble };
}

/** What the other side keeps back by its own choice. */
export function useOther(slots: Ref<SlotsView | null>) {
  /** In words; null while its camera is on. */
  const otherPaused = computed(() =>
    slots.value?.other_paused.includes("camera") ? t("otherCameraPaused") : null,
  );
  return { otherPaused };
}

/** Whether a picture that stands now is no fault of the network: figures look back over ten seconds.
 * With `resting` one is not sent, since this page hides it. */
function useStill(slots: Ref<SlotsView | null>, resting: Ref<boolean>): () => boolean {
  const stands = () => resting.value || isStill(slots.value);
  let until = 0;
  watch(stands, (_, before) => {
    if (before) until = performance.now() + LOOK_BACK_MS;
  });
  return () => stands() || performance.now() < until;
}
