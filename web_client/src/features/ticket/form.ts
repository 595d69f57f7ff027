import { useSessionStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { usePage } from "@/features/page/page";

/** What was entered for one item before its ticket is taken. */
export interface Form {
  itemId: string;
  chosen: Record<string, string>;
  name: string;
  over70: boolean;
  disabled: boolean;
  consent: boolean | null;
  fields: Record<string, string>;
}

const EMPTY: Form = {
  itemId: "",
  chosen: {},
  name: "",
  over70: false,
  disabled: false,
  consent: null,
  fields: {},
};

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
