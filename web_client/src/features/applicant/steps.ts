import type { NavigationGuard, RouteRecordRaw } from "vue-router";
import type { TicketView } from "@/core/protocol";
import { part } from "@/features/page/part";

/** What a call needs is not fetched before somebody waits for one, so that the first page is there sooner. */
export const CALL = part(() => import("./Call.vue"));

/** Where a visit is; the server's state decides it, the address only follows. */
export type Step = "choose" | "waiting" | "call" | "finished";

const IN_CALL = new Set(["called", "recalled", "serving", "on_hold", "interrupted"]);

/** What follows once there is a ticket; how one is taken is each face's own. */
export const FROM_THE_TICKET: readonly RouteRecordRaw[] = [
  {
    path: "/waiting",
    name: "waiting",
    component: part(() => import("./Waiting.vue")),
    meta: { step: "waiting" },
  },
  { path: "/call", name: "call", component: CALL, meta: { step: "call" } },
  {
    path: "/finished",
    name: "finished",
    component: part(() => import("./Finished.vue")),
    meta: { step: "finished" },
  },
  { path: "/:rest(.*)", redirect: "/" },
];

/** The step that a ticket stands at. */
export function stepOf(ticket: TicketView | null): Step {
  if (!ticket) return "choose";
  if (ticket.state === "completed") return "finished";
  return IN_CALL.has(ticket.state) ? "call" : "waiting";
}

/** Lets nobody walk to another step than the visit's own; `refused` hears of whoever tried. */
export function guard(step: () => Step, refused: (step: Step) => void): NavigationGuard {
  return (to, from) => {
    if (to.meta.step === step()) return true;
    // The address of a page that has just been opened is not anybody's wish.
    if (from.matched.length) refused(step());
    return from.matched.length ? false : { name: step() };
  };
}
