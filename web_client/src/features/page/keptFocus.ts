import { unrefElement, useEventListener } from "@vueuse/core";
import { type ComponentPublicInstance, computed, nextTick, onUpdated, useTemplateRef } from "vue";

/**
 * Gives the focus to `to` where what had it inside the template's reference `whole` is gone: a form that was closed, a
 * button that can do nothing any more. Whoever is elsewhere stays there.
 */
export function useKeptFocus(to: (whole: HTMLElement | null) => HTMLElement | null): void {
  const referred = useTemplateRef<HTMLElement | ComponentPublicInstance>("whole");
  const whole = computed(() => unrefElement(referred) as HTMLElement | null);
  let inside = false;
  const holds = ({ target }: Event) => target instanceof Node && (whole.value?.contains(target) ?? false);

  // An element that is taken away, or disabled, tells nobody that it had the focus.
  useEventListener(document, "focusin", (event) => {
    inside = holds(event);
  });
  useEventListener(document, "pointerdown", (event) => {
    inside &&= holds(event);
  });
  onUpdated(async () => {
    await nextTick();
    if (inside && document.activeElement === document.body) to(whole.value)?.focus({ preventScroll: true });
  });
}
