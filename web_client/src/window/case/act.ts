import { ref } from "vue";
import type { Station } from "../../app/station";
import type { AnyCommand, Results } from "../../protocol";
import type { CommandOf } from "../../transport/connection";

/** Sends one command at a time, so that a second click on a slow line asks for nothing twice. */
export function useAct(station: Station) {
  const busy = ref(false);

  /** Carries the command out; true when it was, and the refusal is shown when it was not. */
  async function act<T extends AnyCommand["type"]>(
    type: T,
    fields: CommandOf<T>,
    then?: (result: Results[T] | null) => void,
  ): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    const result = await station.command(type, fields);
    busy.value = false;
    const done = station.refusal.value === null;
    if (done) then?.(result);
    return done;
  }

  return { busy, act };
}
