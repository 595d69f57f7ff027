import { ref } from "vue";
import type { Station } from "../../app/station";
import type { AnyCommand, Results } from "../../protocol";
import type { CommandOf } from "../../transport/connection";
import { asRefusal } from "../../transport/refusal";

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
