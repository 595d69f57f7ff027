import { computed, type Ref, watch } from "vue";
import type { SessionView } from "@/core/protocol";
import { guestName } from "@/features/call/shown";
import { useAttention } from "./attention";
import type { Wanted } from "./wanted";

/** Who is in a call beside its parties, as one page sees it. */
export interface Others {
  readonly session: SessionView | null;
  /** Supervisors whom this page's person alone hears. */
  readonly whispering: readonly string[];
}

/** Who has come and gone since the last look at the same call; who joined after listening has not stopped listening. */
export function comings(before: Others, now: Others): Wanted[] {
  if (!before.session || before.session.session_id !== now.session?.session_id) return [];
  const [guests, former] = [now.session.guests.map(guestName), before.session.guests.map(guestName)];
  const [ears, formerEars] = [now.session.listeners, before.session.listeners];
  const stillThere = (name: string) => now.session?.guests.some((one) => one.name === name) ?? false;
  const wasThere = (name: string) => before.session?.guests.some((one) => one.name === name) ?? false;
  return [
    ...news("came", without(guests, former)),
    ...news("left", without(former, guests)),
    ...news(
      "listens",
      without(ears, formerEars).filter((one) => !wasThere(one)),
    ),
    ...news(
      "listensNoMore",
      without(formerEars, ears).filter((one) => !stillThere(one)),
    ),
    ...news("whispers", without(now.whispering, before.whispering)),
  ];
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((one) => !others.includes(one));
}

function news(kind: Wanted["kind"], names: readonly string[]): Wanted[] {
  return names.map((words) => ({ kind, name: null, at: null, words }));
}

/** Tells the page's person by words and by sound who comes into the call and who goes. */
export function useComings(
  session: Ref<SessionView | null>,
  whispering: Ref<readonly string[]> = computed(() => []),
): void {
  const attention = useAttention();
  const others = computed((): Others => ({ session: session.value, whispering: whispering.value }));
  watch(others, (now, before) => attention.tell(comings(before, now)));
}
