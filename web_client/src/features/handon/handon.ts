import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import { byText, Listing } from "@/core/connection/listing";
import type { HandedOnView, HandOnView, InboxCaseView, InboxView, OverdueView } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";

export type Filter = "ours" | "mine" | "away" | "decided";

/** Cases that are handed on: the inbox of the offices, the one that is looked at, those of the point, the supervisor's counts. */
export const useHandOn = defineStore("handon", () => {
  const page = usePage();
  const cases = useCases();
  const inbox = shallowRef<readonly InboxCaseView[]>([]);
  const total = shallowRef(0);
  const last = shallowRef<HandOnView | null>(null);
  const here = shallowRef<HandedOnView["cases"]>([]);
  const departments = shallowRef<OverdueView["departments"]>([]);
  const listing = new Listing<InboxCaseView>(({ case_id }) => case_id, byDueDate);

  function inboxChanged(change: InboxView): void {
    if (!listing.take(change)) page.connection.restart();
    inbox.value = listing.rows;
    total.value = change.total;
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "inbox_view") inboxChanged(data);
    else if (data.type === "hand_on_view") last.value = data;
    else if (data.type === "handed_on_view") here.value = data.cases;
    else if (data.type === "overdue_view") departments.value = data.departments;
  });
  page.session.changed.listen((body) => {
    if (body) return;
    inbox.value = [];
    total.value = 0;
    last.value = null;
    here.value = [];
    departments.value = [];
  });
  const view = computed(() => (last.value && last.value.case_id === cases.view?.case_id ? last.value : null));
  return {
    inbox,
    total,
    view,
    here,
    departments,
    waiting: computed(() => inbox.value.filter(({ place }) => place === "ours").length),
    overdue: computed(
      () => inbox.value.filter(({ place, near }) => place === "ours" && near === "overdue").length,
    ),
    /** Whether the case that is looked at may be decided here: one that is handed on by who has it alone. */
    decides: computed(() => !view.value?.handed || view.value.may.includes("decide")),
  };
});

/** The first due first, and what is decided at the end. */
export function byDueDate(one: InboxCaseView, other: InboxCaseView): number {
  const decided = Number(one.place === "decided") - Number(other.place === "decided");
  return decided || byText(one.due_on, other.due_on) || byText(one.number, other.number);
}

/** Those that a filter shows. */
export function filtered(rows: readonly InboxCaseView[], filter: Filter): readonly InboxCaseView[] {
  return rows.filter((one) => (filter === "mine" ? one.yours : one.place === filter));
}
