import { useLocalStorage, useMutationObserver } from "@vueuse/core";
import { computed, onScopeDispose, ref, watch } from "vue";
import type { Key } from "@/kit/i18n";

/** One stop of a tour: what is said, and which part of the page it is said of. */
export interface Stop {
  readonly words: Key;
  readonly at: string;
}

const MARK = "data-toured";

/** A tour of a face, shown once on each machine and again when asked; what is spoken of gets a frame. */
export function useTour(face: string, stops: readonly Stop[]) {
  const seen = useLocalStorage(`cloud-window-tour-${face}`, "no");
  const number = ref(seen.value === "yes" ? -1 : 0);
  const stop = computed(() => stops[number.value] ?? null);
  const unmark = (): void => {
    for (const one of document.querySelectorAll(`[${MARK}]`)) one.removeAttribute(MARK);
  };

  const mark = (): void => {
    if (stop.value) document.querySelector(stop.value.at)?.setAttribute(MARK, "");
  };

  watch(stop, () => {
    unmark();
    mark();
  });
  // What a stop speaks of may come later than the tour.
  useMutationObserver(document.body, mark, { childList: true, subtree: true });
  mark();
  onScopeDispose(unmark);

  function end(): void {
    seen.value = "yes";
    number.value = -1;
  }

  function go(by: -1 | 1): void {
    if (number.value + by >= stops.length) end();
    else number.value = Math.max(0, number.value + by);
  }

  const start = (): void => {
    number.value = 0;
  };
  return { number, stop, start, go, end };
}
