import { defineStore } from "pinia";
import { computed, markRaw, type Ref, ref, watch } from "vue";
import { asRefusal, notKept, type Refusal } from "@/core/connection/refusal";
import type { Bilingual, FormLayoutView } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { isPassing, Sending, type Way } from "./sending";
import { shownForm } from "./shownForm";

/** The form of the case that is looked at, which the other side fills in as well. */
export const useForms = defineStore("forms", () => {
  const page = usePage();
  const cases = useCases();
  const form = shownForm(page.connection, () => cases.view?.case_id ?? null);
  const { layout, rows, focusOf, formId } = form;
  const lost = useNotKept(layout);
  const { turn, refusals, sending } = useSending(formId, (fieldId) => lost.tell([fieldId]));

  /** What is shown, read anew after each turn. */
  function read<T>(of: (now: Sending["merge"]) => T): T {
    void turn.value;
    return of(sending.merge);
  }

  function write(fieldId: string, value: string): void {
    if (value === sending.merge.shown(fieldId)) return;
    delete refusals.value[fieldId];
    lost.wrote(fieldId);
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
      lost.tell([...sending.restart(), ...Object.keys(refusals.value)]);
      refusals.value = {};
      told();
    },
    { flush: "sync" },
  );
  page.session.changed.listen((body) => {
    if (!body) form.forget();
  });
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
function useSending(formId: Readonly<Ref<string | null>>, tooLate: Way["tooLate"]) {
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
    tooLate,
  };
  return { turn, refusals, sending: markRaw(new Sending(way)) };
}

/** Says in which fields the last words were not stored before the form was over, as while the link was cut. */
function useNotKept(layout: Readonly<Ref<FormLayoutView | null>>) {
  const page = usePage();
  /** The name of each field that was written in: when a form is over, another may be shown. */
  const names = new Map<string, Bilingual>();
  const lost = new Map<string, Bilingual>();
  let said: Refusal | null = null;

  function wrote(fieldId: string): void {
    const laid = layout.value?.sections
      .flatMap((one) => one.fields)
      .find((one) => one.field.field_id === fieldId);
    if (laid) names.set(fieldId, laid.field.name);
  }

  function tell(fieldIds: readonly string[]): void {
    if (!fieldIds.length) return;
    // What is shown still is told together with what is found out now.
    if (page.refusal !== said) lost.clear();
    for (const one of fieldIds) lost.set(one, names.get(one) ?? { zh: one, en: one });
    said = notKept([...lost.values()]);
    page.refuse(said);
  }

  return { wrote, tell };
}

function tellFocus(page: ReturnType<typeof usePage>, form_id: string | null, field_id: string | null): void {
  if (!form_id || page.link !== "open") return;
  page.connection.command("focus_field", { form_id, field_id }).catch((error: unknown) => {
    // Where somebody is, is told again with the next key.
    const refusal = asRefusal(error);
    if (!isPassing(refusal)) page.refuse(refusal);
  });
}
