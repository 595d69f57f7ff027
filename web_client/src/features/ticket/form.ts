import { useSessionStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { fits, normal } from "@/core/forms/rules";
import type { FormFieldBody, ItemBody } from "@/core/protocol";
import { type ActingForm, lackingIn } from "@/features/mandates/acting";
import { usePage } from "@/features/page/page";
import { say, t } from "@/kit/i18n";

/** What was entered for one item before its ticket is taken. */
export interface Form {
  itemId: string;
  chosen: Record<string, string>;
  name: string;
  over70: boolean;
  disabled: boolean;
  consent: boolean | null;
  fields: Record<string, string>;
  /** Who acts for the applicant, where somebody does. */
  acting: ActingForm | null;
}

const EMPTY: Form = {
  itemId: "",
  chosen: {},
  name: "",
  over70: false,
  disabled: false,
  consent: null,
  fields: {},
  acting: null,
};

/** What is still wanted before a ticket is taken or a time booked, by name. */
export function missingIn(item: ItemBody, { chosen, name, consent, fields, acting }: Form): string[] {
  return [
    ...item.situations
      .filter((one) => !chosen[one.situation_id])
      .map((one) => say(one.question).replace(/[？?]$/, "")),
    ...(name.trim() ? [] : [t("applicantName")]),
    ...(acting ? lackingIn(acting, new Date()).map((key) => t(key)) : []),
    ...item.fields.filter((one) => isWrong(one, fields[one.field_id] ?? "")).map((one) => say(one.name)),
    ...(consent === null ? [t("consent")] : []),
  ];
}

/** What a command says of the form, once nothing is missing in it. */
export function asked(item: ItemBody, { chosen, name, over70, disabled, consent, fields }: Form) {
  return {
    item_id: item.item_id,
    options: Object.values(chosen),
    applicant: { name: name.trim(), over_70: over70, disabled },
    consent_to_recording: consent === true,
    fields: item.fields
      .map((one) => ({ field_id: one.field_id, value: normal(one.rule, fields[one.field_id] ?? "") }))
      .filter((one) => one.value !== ""),
  };
}

function isWrong(field: FormFieldBody, text: string): boolean {
  const value = normal(field.rule, text);
  return value !== "" && !fits(field, value);
}

/** The form that is being filled in: a reload keeps it, a ticket and the end of a sign-in wipe it. */
export const useForm = defineStore("form", () => {
  const page = usePage();
  const form = useSessionStorage<Form>("cloud-window-form", { ...EMPTY });

  /** Begins the form of an item, or goes on with it; what was entered for another one is forgotten. */
  function begin(itemId: string): void {
    if (form.value.itemId !== itemId) form.value = { ...EMPTY, chosen: {}, fields: {}, itemId };
  }

  function wipe(): void {
    form.value = { ...EMPTY, chosen: {}, fields: {} };
  }

  page.session.changed.listen((body) => {
    if (!body) wipe();
  });
  return { form, begin, wipe };
});
