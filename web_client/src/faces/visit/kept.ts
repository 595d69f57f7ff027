import type { KeptAppointmentBody } from "@/core/protocol";

/** How an appointment lies to a moment, for who keeps it by video. */
export type Standing = "ahead" | "due" | "done" | "missed";

/** What there is to do at the moment. */
export function standingOf(one: KeptAppointmentBody, now: Date): Standing {
  if (one.state === "checked_in") return "done";
  if (one.state !== "booked" || now.getTime() > Date.parse(one.checks_in_until)) return "missed";
  return now.getTime() < Date.parse(one.checks_in_from) ? "ahead" : "due";
}
