import { nextTick, onMounted, useTemplateRef } from "vue";

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
