import { ref } from "vue";
import type { CommandOf } from "@/core/connection/connection";
import type { AnyCommand, Results } from "@/core/protocol";
import { usePage } from "./page";

/** Sends one command at a time, so that a second click on a slow line asks for nothing twice. */
export function useAct() {
  const page = usePage();
  const busy = ref(false);

  /** Carries the command out, and does `then` when it was; a refusal is shown. */
  async function act<T extends AnyCommand["type"]>(
    type: T,
    fields: CommandOf<T>,
    then?: (result: Results[T]) => void,
  ): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    page.refusal = null;
    try {
      const result = await page.connection.command(type, fields);
      then?.(result);
    } catch (error) {
      page.refuse(error);
    } finally {
      busy.value = false;
    }
  }

  return { busy, act };
}
