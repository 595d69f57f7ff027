import { locale, t } from "@/kit/i18n";

const ALL_WEEK = 7;
/** A date of the district's calendar has no zone of its own. */
const at = (day: string) => new Date(`${day}T00:00:00Z`);

/** A date in words, such as “Mon, Dec 7”. */
export function dayWords(day: string): string {
  const parts = { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale.value, parts).format(at(day));
}

/** The days of the week, Monday first. */
export function weekdayWords(): string[] {
  const words = new Intl.DateTimeFormat(locale.value, { weekday: "short", timeZone: "UTC" });
  return Array.from({ length: ALL_WEEK }, (_, day) => words.format(new Date(Date.UTC(2024, 0, 1 + day))));
}

/** From when to when; midnight at the end is the end of the day. */
export function hoursWords(begins: string, ends: string): string {
  if (begins === ends) return t("dutyAllDay");
  return t("dutyHours", { begins, ends: ends === "00:00" ? "24:00" : ends });
}

/** The date so many days later. */
export function daysLater(day: string, days: number): string {
  return new Date(at(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
