import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { MandatesView } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";

/** Who acts for the applicant of the case that is looked at, and under what. */
export const useMandates = defineStore("mandates", () => {
  const page = usePage();
  const cases = useCases();
  const last = shallowRef<MandatesView | null>(null);

  page.connection.views.listen(({ data }) => {
    if (data.type === "mandates_view") last.value = data;
  });
  page.session.changed.listen((body) => {
    if (!body) last.value = null;
  });
  const view = computed(() => (last.value?.case_id === cases.view?.case_id ? last.value : null));
  return {
    view,
    /** The one that counts. */
    newest: computed(() => view.value?.mandates.at(-1) ?? null),
  };
});
