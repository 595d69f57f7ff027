import { defineStore } from "pinia";
import { computed, markRaw, type Ref, ref, shallowRef, watch } from "vue";
import { byText, Listing } from "@/core/connection/listing";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import type { FormLayoutView, FormValueView, FormView } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { isPassing, Sending, type Way } from "./sending";

/** The form of the case that is looked at, which the other side fills in as well. */
export const useForms = defineStore("forms", () => {
  const page = usePage();
  const { layout, rows, focusOf, formId } = useViews();
  const { turn, refusals, sending } = useSending(formId);

  /** What is shown, read anew after each turn. */
  function read<T>(of: (now: Sending["merge"]) => T): T {
    void turn.value;
    return of(sending.merge);
  }

  function write(fieldId: string, value: string): void {
    if (value === sending.merge.shown(fieldId)) return;
    delete refusals.value[fieldId];
    sending.write(fieldId, value);
    turn.value += 1;
  }

  function told(): void {
    for (const one of rows.value.values()) sending.merge.told(one.field_id, one.sequence, one.value);
    turn.value += 1;
  }

  watch(rows, told, { flush: "sync" });
  watch(
    formId,
    () => {
      sending.restart();
      refusals.value = {};
      told();
    },
    { flush: "sync" },
  );
  watch(
    () => page.link,
    (now) => now === "open" && sending.resume(),
  );
  return {
    layout,
    formId,
    rows,
    refusals,
    focusOf,
    waiting: computed(() => read((now) => now.waiting)),
    shown: (fieldId: string) => read((now) => now.shown(fieldId)),
    unsaved: (fieldId: string) => read((now) => now.unsaved(fieldId)),
    write,
    focus: (fieldId: string | null) => tellFocus(page, formId.value, fieldId),
  };
});

/** The way of what is written to the server. */
function useSending(formId: Readonly<Ref<string | null>>) {
  const page = usePage();
  /** Grows when what is written and not stored yet is another: that is kept outside of Vue. */
  const turn = ref(0);
  /** Why the value of a field was not taken, by field. */
  const refusals = ref<Record<string, Refusal>>({});
  const way: Way = {
    ready: () => formId.value !== null && page.link === "open",
    carry: ({ changeId: change_id, fieldId: field_id, value }) =>
      page.connection.command("change_field", { form_id: formId.value ?? "", change_id, field_id, value }),
    changed: () => {
      turn.value += 1;
    },
    refused: (fieldId, refusal) => {
      refusals.value[fieldId] = refusal;
    },
  };
  return { turn, refusals, sending: markRaw(new Sending(way)) };
}

/** What the server shows of the form. */
function useViews() {
  const page = usePage();
  const cases = useCases();
  const lastLayout = shallowRef<FormLayoutView | null>(null);
  const last = shallowRef<FormView | null>(null);
  const rows = shallowRef<ReadonlyMap<string, FormValueView>>(new Map());
  const listing = new Listing<FormValueView>(
    (one) => one.field_id,
    (one, other) => byText(one.field_id, other.field_id),
  );

  function take(view: FormView): void {
    if (!listing.take(view)) {
      page.connection.restart();
      return;
    }
    last.value = view;
    rows.value = new Map(listing.rows.map((one) => [one.field_id, one]));
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "form_layout_view") lastLayout.value = data;
    else if (data.type === "form_view") take(data);
  });
  page.session.changed.listen((body) => {
    if (body) return;
    lastLayout.value = last.value = null;
    rows.value = new Map();
  });
  const layout = computed(() =>
    lastLayout.value?.case_id === cases.view?.case_id ? lastLayout.value : null,
  );
  return {
    layout,
    rows,
    focusOf: computed(() => last.value?.focus ?? []),
    formId: computed(() => (layout.value?.state === "draft" ? layout.value.form_id : null)),
  };
}

function tellFocus(page: ReturnType<typeof usePage>, form_id: string | null, field_id: string | null): void {
  if (!form_id || page.link !== "open") return;
  page.connection.command("focus_field", { form_id, field_id }).catch((error: unknown) => {
    // Where somebody is, is told again with the next key.
    const refusal = asRefusal(error);
    if (!isPassing(refusal)) page.refuse(refusal);
  });
}
