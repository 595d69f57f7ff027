import { defineStore } from "pinia";
import { computed, ref, shallowRef, watch } from "vue";
import type { GuidePaper, PaperGuideView } from "@/core/protocol";
import { Speech } from "@/core/sound/speech";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { locale, t } from "@/kit/i18n";

export type Hint = GuidePaper["hint"];

/** What can be said about a paper under the camera, in the order of the clerk's buttons. */
export const HINTS: readonly Hint[] = [
  "here",
  "upright",
  "sideways",
  "turn_round",
  "closer",
  "further",
  "flatter",
  "less_shine",
  "more_light",
];
/** How long a hint stays. */
export const STAYS_MS = 12_000;
/** How long the page says nothing of its own after a hint, its own or the clerk's. */
export const RESTS_MS = 6_000;

/** The hint for the paper under this page's camera: the clerk's, or what the page sees by itself; shown, and spoken. */
export const useGuidance = defineStore("guidance", () => {
  const page = usePage();
  const cases = useCases();
  const view = shallowRef<PaperGuideView | null>(null);
  const said = useSaid();
  let number: number | null = null;

  /** Which way the clerk wants the material to lie; null where that was not said. */
  function liesOf(materialId: string): PaperGuideView["lies"] {
    return view.value?.material_id === materialId ? view.value.lies : null;
  }

  function changed(now: PaperGuideView): void {
    const former = view.value?.material_id ?? null;
    view.value = now;
    if (former !== null && former !== now.material_id) said.hide();
    if (now.said && now.said.number !== number) {
      number = now.said.number;
      said.show(now.said.hint);
    }
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "paper_guide_view") changed(data);
  });
  page.session.changed.listen((body) => {
    if (body) return;
    view.value = null;
    said.hide();
    said.muted.value = false;
  });
  // Who comes next is read to again, whatever the one before them wanted.
  watch(
    () => cases.view?.case_id,
    () => {
      said.muted.value = false;
    },
  );

  return {
    view,
    liesOf,
    hint: said.hint,
    words: said.words,
    muted: said.muted,
    hide: said.hide,
    ...said.voice,
  };
});

/** The one hint that is shown and spoken, for as long as it can be followed. */
function useSaid() {
  const speech = new Speech();
  const hint = ref<Hint | null>(null);
  const muted = ref(false);
  const words = computed(() => (hint.value ? t(`hint_${hint.value}`) : ""));
  let saidAt = Number.NEGATIVE_INFINITY;
  let ends: ReturnType<typeof setTimeout> | undefined;

  function show(now: Hint): void {
    hint.value = now;
    saidAt = performance.now();
    clearTimeout(ends);
    ends = setTimeout(hide, STAYS_MS);
    if (!muted.value) speech.say(words.value, locale.value);
  }

  /** Takes the hint away. */
  function hide(): void {
    clearTimeout(ends);
    hint.value = null;
    speech.stop();
  }

  /** Shows what the page has seen by itself, unless something was said a moment ago. */
  function notice(seen: Hint): void {
    if (performance.now() - saidAt >= RESTS_MS) show(seen);
  }

  watch(muted, (now) => {
    if (now) speech.stop();
  });
  return { hint, words, muted, show, hide, voice: { notice, speaks: () => speech.can(locale.value) } };
}
