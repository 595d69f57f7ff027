import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type {
  AskedFindingsView,
  FindingsToAnswerView,
  FindingsView,
  FindingView,
  LeftCasesView,
  Mark,
  SupplementsView,
  ToldFindingsView,
} from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";

/** The findings that come with the case that is looked at, the cases that wait for ours, and those that wait for an answer. */
export const useFindings = defineStore("findings", () => {
  const page = usePage();
  const cases = useCases();
  const last = shallowRef<FindingsView | null>(null);
  const lastTold = shallowRef<ToldFindingsView | null>(null);
  const asked = shallowRef<AskedFindingsView["cases"]>([]);
  const left = shallowRef<LeftCasesView["cases"]>([]);
  const supplements = shallowRef<SupplementsView["cases"]>([]);
  const toAnswer = shallowRef<FindingsToAnswerView | null>(null);
  const ofCase = <T extends { case_id: string }>(view: T | null) =>
    view && view.case_id === cases.view?.case_id ? view : null;

  page.connection.views.listen(({ data }) => {
    if (data.type === "findings_view") last.value = data;
    else if (data.type === "told_findings_view") lastTold.value = data;
    else if (data.type === "findings_to_answer_view") toAnswer.value = data;
    else if (data.type === "asked_findings_view") asked.value = data.cases;
    else if (data.type === "left_cases_view") left.value = data.cases;
    else if (data.type === "supplements_view") supplements.value = data.cases;
  });
  page.session.changed.listen((body) => {
    if (body) return;
    last.value = null;
    lastTold.value = null;
    toAnswer.value = null;
    asked.value = [];
    left.value = [];
    supplements.value = [];
  });
  return {
    view: computed(() => ofCase(last.value)),
    told: computed(() => ofCase(lastTold.value)),
    /** What a link to findings shows. */
    toAnswer,
    asked,
    /** The clerk's own whose visit is over, and those of colleagues who are not there. */
    left,
    /** How many of them are the clerk's to go on with. */
    waiting: computed(() => left.value.filter(({ yours, due }) => yours && due.turn === "clerk").length),
    supplements,
  };
});

/** How many findings stand: neither struck out nor withdrawn. */
export function standing(findings: readonly FindingView[]): number {
  return findings.filter(({ state }) => state !== "struck" && state !== "withdrawn").length;
}

/** What stands on a slip: each number of the list that still waits once, with what to do. */
export function slipLines(
  findings: readonly FindingView[],
): { number: number; text: string; todo: string[] }[] {
  const lines = new Map<number, { number: number; text: string; todo: string[] }>();
  for (const { number, state, text, todo } of findings) {
    if (number === null || state !== "told") continue;
    const line = lines.get(number) ?? { number, text, todo: [] };
    if (todo && !line.todo.includes(todo)) line.todo.push(todo);
    lines.set(number, line);
  }
  return [...lines.values()].sort((one, other) => one.number - other.number);
}

/** The material that the page of a mark belongs to. */
export function materialOf(
  materials: readonly { material_id: string; pages: readonly { page_id: string }[] }[],
  mark: Mark,
): string | null {
  const found = materials.find(({ pages }) => pages.some((page) => page.page_id === mark.page_id));
  return found?.material_id ?? null;
}
