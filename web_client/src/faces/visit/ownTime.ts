import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import type { CommandOf } from "@/core/connection/connection";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import type { AnyCommand, Results } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** What the person did that ended the link: let the time pass, the last one, or gave the appointment up. */
export type Ending = "passed" | "passed_last" | "given_up";

/** Refusals of a link whose time is with somebody else by now. */
export const CLOSED: ReadonlySet<string> = new Set(["time_not_held", "appointment_given_up"]);

/** What the page is about: a time to answer for or to keep at a point, and what ended it. */
export const useOwnTime = defineStore("own-time", () => {
  const here = ref(false);
  const ending = shallowRef<Ending | null>(null);
  return { here, ending };
});

/** Sends one answer at a time; a refusal is said where it was asked, and what has become of the time is read anew. */
export function useAnswer(changed: () => void) {
  const page = usePage();
  const busy = ref(false);
  const refused = shallowRef<Refusal | null>(null);

  /** What the service answers; null where it refuses. */
  async function answer<T extends AnyCommand["type"]>(
    type: T,
    fields: CommandOf<T>,
  ): Promise<Results[T] | null> {
    if (busy.value) return null;
    busy.value = true;
    refused.value = null;
    try {
      return await page.connection.command(type, fields);
    } catch (error) {
      refused.value = asRefusal(error);
      return null;
    } finally {
      busy.value = false;
      changed();
    }
  }

  return { busy, refused, answer };
}
