import { defineStore } from "pinia";
import { shallowRef } from "vue";
import { byText, Listing } from "@/core/connection/listing";
import type { CallsView, CallView, SupervisionView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** What a supervisor sees: the calls of now, and which of them is listened to. */
export const useSupervisor = defineStore("supervisor", () => {
  const page = usePage();
  const view = shallowRef<SupervisionView | null>(null);
  const calls = shallowRef<readonly CallView[]>([]);
  const listing = new Listing<CallView>(
    (call) => call.ticket.ticket_id,
    (one, other) => byText(one.ticket.taken_at, other.ticket.taken_at),
  );

  function callsChanged(change: CallsView): void {
    if (!listing.take(change)) page.connection.restart();
    calls.value = listing.rows;
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "supervision_view") view.value = data;
    else if (data.type === "calls_view") callsChanged(data);
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });
  return { view, calls };
});
