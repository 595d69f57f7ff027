import { ref } from "vue";
import type { CommandOf } from "@/core/connection/connection";
import { asRefusal } from "@/core/connection/refusal";
import type { AnyCommand, Results } from "@/core/protocol";
import type { Station } from "@/features/page/station";

/** Sends one command at a time, so that a second click on a slow line asks for nothing twice. */
export function useAct(station: Station) {
  const busy = ref(false);

  /** Carries the command out, and does `then` when it was; a refusal is shown. */
  async function act<T extends AnyCommand["type"]>(
    type: T,
    fields: CommandOf<T>,
    then?: (result: Results[T]) => void,
  ): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    station.refusal.value = null;
    try {
      const result = await station.connection.command(type, fields);
      then?.(result);
    } catch (error) {
      station.refusal.value = asRefusal(error);
    } finally {
      busy.value = false;
    }
  }

  return { busy, act };
}
