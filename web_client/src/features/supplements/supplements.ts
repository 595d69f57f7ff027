import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type {
  CaseSupplementView,
  FoundSupplementsView,
  Language,
  ReceivedSupplementsView,
  WantedPapersView,
} from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { dayOf, t } from "@/kit/i18n";

/** What is missing of the case that is looked at, what a clerk has received, what a link asks for, what a point has found. */
export const useSupplements = defineStore("supplements", () => {
  const page = usePage();
  const cases = useCases();
  const last = shallowRef<CaseSupplementView | null>(null);
  const received = shallowRef<ReceivedSupplementsView["supplements"]>([]);
  const total = shallowRef(0);
  const wanted = shallowRef<WantedPapersView | null>(null);
  const found = shallowRef<FoundSupplementsView["supplements"] | null>(null);

  page.connection.views.listen(({ data }) => {
    if (data.type === "case_supplement_view") last.value = data;
    else if (data.type === "received_supplements_view") {
      received.value = data.supplements;
      total.value = data.total;
    } else if (data.type === "wanted_papers_view") wanted.value = data;
    else if (data.type === "found_supplements_view") found.value = data.supplements;
  });
  page.session.changed.listen((body) => {
    if (body) return;
    last.value = null;
    received.value = [];
    total.value = 0;
    wanted.value = null;
    found.value = null;
  });
  return {
    view: computed(() => (last.value?.case_id === cases.view?.case_id ? last.value : null)),
    received,
    /** How many there are, of which a list that is too long shows the first. */
    total,
    /** How many were sent and wait for a clerk. */
    waiting: computed(() => received.value.filter(({ state }) => state === "answered").length),
    wanted,
    /** Those that were found at this point by the number of the case; null until it is known. */
    found,
  };
});

/** How its states are coloured for who is to send something. */
export const TONES = {
  parked: "warn",
  answered: "info",
  accepted: "good",
  ended: "bad",
  withdrawn: "plain",
} as const;
/** What who was to send something is told once it waits for them no longer. */
export const SAID = {
  answered: "suppAnsweredPoint",
  accepted: "suppAcceptedPoint",
  ended: "suppEndedPoint",
  withdrawn: "suppWithdrawnPoint",
} as const;
/** The longest time that may be given. */
export const MOST_DAYS = 60;

/** Whether it waits for the applicant, or for the clerk: its case is neither decided nor asked for anew meanwhile. */
export function stands(state: string | undefined): boolean {
  return state === "parked" || state === "answered";
}

/** Until when, in words. */
export function deadline({ due_on, days_left }: { due_on: string; days_left: number }): string {
  const day = dayOf(due_on);
  return days_left > 0 ? t("suppDaysLeft", { day, count: days_left }) : t("suppToday", { day });
}

/** How an applicant is told, as it is typed. */
export interface Reach {
  phone: string;
  email: string;
  language: Language;
}

/** The same as the server takes it. */
export function reachOf({ phone, email, language }: Reach): Reach {
  return { phone: phone.replace(/\s/g, ""), email: email.trim(), language };
}

/** What the clerk is told once it is asked for: whether a message goes out, or the slip is all that the applicant has. */
export function madeText({ phone, email }: Reach): "suppMade" | "suppMadeSlip" {
  return phone || email ? "suppMade" : "suppMadeSlip";
}

const GROUP = 4;

/** A code in groups, as it is read and typed. */
export function codeInGroups(code: string): string {
  return code.match(new RegExp(`.{1,${GROUP}}`, "g"))?.join("-") ?? "";
}
