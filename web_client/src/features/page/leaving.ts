import { useEventListener } from "@vueuse/core";
import { defineStore } from "pinia";
import { type Ref, ref, watchEffect } from "vue";
import { usePage } from "./page";

/** Whether this page may be left just now: in a call it asks first. */
export const useLeaving = defineStore("leaving", () => {
  const page = usePage();
  const inCall = ref(false);
  const asked = ref(false);

  /** Signs out; in a call only when that was confirmed. */
  async function signOut(confirmed = false): Promise<void> {
    asked.value = inCall.value && !confirmed;
    if (!asked.value) await page.signOut();
  }

  return { inCall, asked, signOut };
});

/** Holds the page while `inCall`: closing it, reloading it and signing out ask first. */
export function useCallGuard(inCall: Ref<boolean>): void {
  const leaving = useLeaving();
  watchEffect(() => {
    leaving.inCall = inCall.value;
    if (!inCall.value) leaving.asked = false;
  });
  useEventListener(window, "beforeunload", (event) => {
    if (inCall.value) event.preventDefault();
  });
}
