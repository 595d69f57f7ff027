import type { ClosedView } from "@/core/protocol";
import { locale, t } from "@/kit/i18n";

/** What who waits reads while no window is open: when the first one opens, or that somebody may come any minute. */
export function openingWords({ opens_at }: ClosedView, now: Date): string {
  return opens_at === null
    ? t("closedNobody")
    : t("closedUntil", { when: whenWords(new Date(opens_at), now) });
}

/** A moment to come as people say it: with the day unless it is today. */
export function whenWords(moment: Date, now: Date): string {
  const clock = new Intl.DateTimeFormat(locale.value, { hour: "2-digit", minute: "2-digit", hour12: false });
  const days = Math.round((dayOf(moment) - dayOf(now)) / 86_400_000);
  if (days === 0) return clock.format(moment);
  if (days === 1) return t("tomorrowAt", { time: clock.format(moment) });
  const day = new Intl.DateTimeFormat(locale.value, { month: "long", day: "numeric", weekday: "short" });
  return t("dayAt", { day: day.format(moment), time: clock.format(moment) });
}

function dayOf(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}
