import { computed, shallowRef } from "vue";
import type { Emitter } from "@/core/connection/emitter";
import { byText, Listing } from "@/core/connection/listing";
import type { FormLayoutView, FormValueView, FormView, ViewEvent } from "@/core/protocol";

/** Where the views of forms come from. */
export interface FormSource {
  readonly views: Emitter<ViewEvent>;
  /** Has everything sent anew. */
  restart(): void;
}

const NOTHING: ReadonlyMap<string, FormValueView> = new Map();

/** What the server shows of the form of the case that is looked at; of another case's or form's nothing is shown. */
export function shownForm(source: FormSource, caseId: () => string | null) {
  const lastLayout = shallowRef<FormLayoutView | null>(null);
  const last = shallowRef<FormView | null>(null);
  const told = shallowRef(NOTHING);
  let listing = made();

  source.views.listen(({ data }) => {
    if (data.type === "form_layout_view") lastLayout.value = data;
    else if (data.type === "form_view") take(data);
  });

  function take(view: FormView): void {
    if (view.case_id !== last.value?.case_id) {
      // A change that was under way when the page turned to another case belongs to nothing that is shown.
      if (!view.whole) {
        // Of the case that is looked at, what was sent before this page listened is missing.
        if (view.case_id === caseId()) source.restart();
        return;
      }
      listing = made();
    }
    if (!listing.take(view)) {
      source.restart();
      return;
    }
    last.value = view;
    told.value = new Map(listing.rows.map((one) => [one.field_id, one]));
  }

  function forget(): void {
    lastLayout.value = last.value = null;
    told.value = NOTHING;
  }

  const layout = computed(() => (lastLayout.value?.case_id === caseId() ? lastLayout.value : null));
  const formId = computed(() => (layout.value?.state === "draft" ? layout.value.form_id : null));
  // The layout comes before the values: until these are of the same form, nothing stands in it.
  const fits = computed(() => formId.value !== null && last.value?.form_id === formId.value);
  return {
    layout,
    formId,
    rows: computed(() => (fits.value ? told.value : NOTHING)),
    focusOf: computed(() => (fits.value ? (last.value?.focus ?? []) : [])),
    forget,
  };
}

function made(): Listing<FormValueView> {
  return new Listing<FormValueView>(
    (one) => one.field_id,
    (one, other) => byText(one.field_id, other.field_id),
  );
}
