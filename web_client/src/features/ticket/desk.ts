import { defineStore } from "pinia";
import { shallowRef } from "vue";
import { byText, Listing } from "@/core/connection/listing";
import type { DeskView, QueueView, WaitingView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** Who waits: the first cards in order, how many there are, and since when the first of them waits. */
export interface Queue {
  readonly cards: readonly WaitingView[];
  readonly waiting: number;
  readonly longestSince: string | null;
}

/** What a clerk sees of the own window, and who waits for it. */
export const useDesk = defineStore("desk", () => {
  const page = usePage();
  const view = shallowRef<DeskView | null>(null);
  const queue = shallowRef<Queue>({ cards: [], waiting: 0, longestSince: null });
  const cards = new Listing<WaitingView>(
    (card) => card.ticket_id,
    (one, other) => byText(one.credit_from, other.credit_from) || byText(one.ticket_id, other.ticket_id),
  );

  function queueChanged(change: QueueView): void {
    if (!cards.take(change)) page.connection.restart();
    queue.value = { cards: cards.rows, waiting: change.waiting, longestSince: change.longest_since };
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "desk_view") view.value = data;
    else if (data.type === "queue_view") queueChanged(data);
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });
  return { view, queue };
});
