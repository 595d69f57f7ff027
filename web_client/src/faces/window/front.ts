import { type Ref, ref, watch } from "vue";
import { useAnnotation } from "@/features/annotation/annotation";
import { useCases } from "@/features/case/cases";

const OPENS = new Set(["open", "startRejecting", "startPlacing"]);

/**
 * Whether the clerk's own page lies before what is looked at together: the one of both that was opened last. A page
 * that arrives by itself opens nothing here. `opened` is called when the clerk opens one while something is looked at.
 */
export function useFront(opened: () => void): Ref<boolean> {
  const annotation = useAnnotation();
  const cases = useCases();
  const own = ref(false);

  cases.$onAction(({ name }) => {
    if (name === "close") own.value = false;
    if (!annotation.together || !OPENS.has(name)) return;
    own.value = true;
    opened();
  });
  annotation.$onAction(({ name }) => {
    if (name === "showPage") own.value = false;
  });
  watch(
    () => annotation.together?.surface,
    () => {
      own.value = false;
    },
  );
  return own;
}
