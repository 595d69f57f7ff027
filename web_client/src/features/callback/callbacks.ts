import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { CallbacksView, CallbackView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { whenWords } from "@/features/ticket/opening";
import { clockTime, t } from "@/kit/i18n";

const HOUR_MS = 3_600_000;
const SOONEST_MS = 1_800_000;
const CHOICES_AT_MOST = 10;

/** The full hours until which one can ask to be called back, before the latest moment. */
export function hoursBefore(latest: string, now: Date): string[] {
  const first = Math.ceil((now.getTime() + SOONEST_MS) / HOUR_MS);
  const hours: string[] = [];
  for (let hour = first; hour * HOUR_MS < Date.parse(latest) && hours.length < CHOICES_AT_MOST; hour += 1)
    hours.push(new Date(hour * HOUR_MS).toISOString());
  return hours;
}

/** Until when, as people say it: midnight is the end of the day. */
export function untilWords(moment: string, now: Date): string {
  const at = new Date(moment);
  return at.getHours() === 0 && at.getMinutes() === 0 ? t("callbackEndOfDay") : whenWords(at, now);
}

/** What is to be expected of a callback, in short sentences. */
export function expected(one: CallbackView, now: Date): string[] {
  if (one.state === "ringing") return [t("callbackRingsNow")];
  if (one.state === "failed")
    return [
      one.reason === "callback_not_reached"
        ? t("callbackNotReached", { count: one.attempts })
        : t("callbackTooLate"),
    ];
  const latest = t("callbackLatest", { time: untilWords(one.deadline, now) });
  if (one.not_before && Date.parse(one.not_before) > now.getTime())
    return [
      t("callbackAgain", {
        made: one.attempts,
        most: one.attempts_at_most,
        time: clockTime(one.not_before),
      }),
      latest,
    ];
  return [...turnWords(one), latest];
}

function turnWords({ place }: CallbackView): string[] {
  if (!place) return [t("callbackNext")];
  const { position, low_minutes: low, high_minutes: high } = place;
  const turn = position <= 1 ? t("callbackNext") : t("callbackAhead", { count: position - 1 });
  const known = typeof low === "number" && typeof high === "number";
  return [turn, known ? t("callbackIn", { low, high }) : t("callbackWhenFree")];
}

/** The callbacks that ring at this point, or at this visitor's page. */
export const useCallbacks = defineStore("callbacks", () => {
  const page = usePage();
  const view = shallowRef<CallbacksView | null>(null);
  /** Those that reached nobody, and that somebody here has read of. */
  const noted = ref<ReadonlySet<string>>(new Set());
  const all = computed(() => view.value?.callbacks ?? []);
  /** Those that are still to come, or ring. */
  const open = computed(() => all.value.filter((one) => one.state !== "failed"));
  const ringing = computed(() => all.value.find((one) => one.state === "ringing") ?? null);
  const over = computed(() =>
    all.value.filter((one) => one.state === "failed" && !noted.value.has(one.ticket_id)),
  );
  /** Until when the ticket that waits here could be called back. */
  const latest = computed(() => view.value?.latest ?? null);
  page.connection.views.listen(({ data }) => {
    if (data.type === "callbacks_view") view.value = data;
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });

  function note(ticketId: string): void {
    noted.value = new Set([...noted.value, ticketId]);
  }

  return { all, open, ringing, over, latest, note };
});
