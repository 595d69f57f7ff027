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

/** What stands at a desk, in one word: what is pressed, said and shown follows from it. */
export type Standing = "away" | "wrapUp" | "available" | "break" | "back_office";

/** An unanswered ticket and a wrap-up are told before what the clerk has chosen. */
export function standingOf({ state, status }: Pick<DeskView, "state" | "status">): Standing {
  if (state === "away_no_answer") return "away";
  if (state === "wrap_up") return "wrapUp";
  return status === "logged_out" ? "back_office" : status;
}

/** The cards that hold every word of what was typed: in number, item, place or name. */
export function fitting(cards: readonly WaitingView[], typed: string): readonly WaitingView[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return cards.filter((one) => {
    const { number, applicant_name: name, item_name: item, site_name: site } = one;
    const text = [number, name, item.zh, item.en, site.zh, site.en].join("\n").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
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
