import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { AppointmentView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { locale } from "@/kit/i18n";

/** How an appointment lies to a moment, for who stands at the counter. */
export type Standing = "ahead" | "due" | "over";

/** Where an appointment is kept, and how its person hears of it. */
export interface Reach {
  byLink: boolean;
  textMessages: boolean;
  email: string;
}

/** Whether somebody can check in at the moment. */
export function standingOf(one: AppointmentView, now: Date): Standing {
  if (one.state !== "booked" || now.getTime() > Date.parse(one.checks_in_until)) return "over";
  return now.getTime() < Date.parse(one.checks_in_from) ? "ahead" : "due";
}

/** The day of a wall time, as 2026-03-02. */
export function dayOf(starts: string): string {
  return starts.slice(0, 10);
}

/** The hours and minutes of a wall time: those of the hall, whatever this machine's zone is. */
export function clockOf(starts: string): string {
  return starts.slice(11, 16);
}

/** A day as people say it, with its weekday. */
export function dayWords(day: string): string {
  return inWords(day, { month: "long", day: "numeric", weekday: "short" });
}

/** The weekday alone. */
export function weekdayOf(day: string): string {
  return inWords(day, { weekday: "short" });
}

/** Month and day alone. */
export function shortDay(day: string): string {
  return inWords(day, { month: "numeric", day: "numeric" });
}

/** The day after it. */
export function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

function inWords(day: string, parts: Intl.DateTimeFormatOptions): string {
  // A day of the calendar has no zone: it is said in the one that it was made in.
  return new Intl.DateTimeFormat(locale.value, { ...parts, timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** The appointments that this page may handle: a point's from today on, a clerk's of today. */
export const useAppointments = defineStore("appointments", () => {
  const page = usePage();
  const all = shallowRef<readonly AppointmentView[]>([]);
  /** Those to which somebody may still come. */
  const open = computed(() => all.value.filter((one) => one.state === "booked"));
  /** The links of visits that were just booked, by appointment: told once, and kept while this page is open. */
  const links = shallowRef<Readonly<Record<string, string>>>({});
  function keepLink(id: string, link: string): void {
    links.value = { ...links.value, [id]: link };
  }
  page.connection.views.listen(({ data }) => {
    if (data.type === "appointments_view") all.value = data.appointments;
  });
  page.session.changed.listen((body) => {
    if (body) return;
    all.value = [];
    links.value = {};
  });
  const of = (id: string) => all.value.find((one) => one.appointment_id === id) ?? null;
  return { all, open, of, links, keepLink };
});
