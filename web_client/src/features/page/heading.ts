import { nextTick, onMounted, onUnmounted, useTemplateRef } from "vue";

/**
 * Gives the focus to the heading of what is new, by the template's reference `heading`, where what had it is gone: who works
 * with the keys or a screen reader goes on from there and not from the top. Returns the way to do so again.
 */
export function useHeading(): () => Promise<void> {
  const heading = useTemplateRef<HTMLElement>("heading");

  async function focus(): Promise<void> {
    await nextTick();
    if (document.activeElement === document.body) heading.value?.focus({ preventScroll: true });
  }

  onMounted(focus);
  return focus;
}

/** Gives the focus to the page's own heading when what is shown goes and nothing else has taken it. */
export function useHeadingAfter(): void {
  onUnmounted(async () => {
    await nextTick();
    // What comes in its place has the focus first.
    await nextTick();
    if (document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>("main h1[tabindex]")?.focus({ preventScroll: true });
  });
}
