import type { CaseView, DocumentView, MaterialView, PageView } from "@/core/protocol";

/** A page that has just arrived. */
export interface Arrival {
  readonly material: MaterialView;
  readonly page: PageView;
}

/** The pages that count, without those that a new picture has replaced. */
export function pagesOf(material: MaterialView): PageView[] {
  return material.pages.filter((page) => !page.replaced);
}

/** Whether it need not be brought: a department holds it, and the clerk has not asked for it all the same. */
export function isHeld({ held_by, state, asked_now }: MaterialView): boolean {
  return held_by !== null && state === "requested" && !asked_now;
}

/** Whether the point is to show it: it was never delivered, or was sent back. */
export function isAwaited(material: MaterialView): boolean {
  return ["requested", "rejected"].includes(material.state) && !isHeld(material);
}

/** What the point is to show now: what the clerk has photographed, what was chosen at the point, what the clerk asks for, what was sent back, then the first that is missing. */
export function toShowNow(view: CaseView, still: string | null, chosen: string | null): MaterialView | null {
  const open = view.materials.filter(({ state }) => state !== "accepted");
  const named = (id: string | null) =>
    open.find((one) => one.material_id === id && one.state !== "delivered");
  const awaited = open.filter(isAwaited);
  return (
    named(still) ??
    named(chosen) ??
    awaited.find((one) => one.asked_now) ??
    awaited.find((one) => one.state === "rejected") ??
    awaited[0] ??
    null
  );
}

/** How well a page can be read; a page whose edge was not found is told as that, since nobody knows what is missing. */
export function readability({ verdict, findings }: PageView): PageView["verdict"] | "no_edge" {
  const edgeless = findings.some((one) => one.code === "page_not_found");
  return edgeless && verdict !== "poor" ? "no_edge" : verdict;
}

/** The identifiers of the pages with one of them moved `by` places. */
export function moved(pages: readonly PageView[], pageId: string, by: -1 | 1): string[] {
  const ids = pages.map((one) => one.page_id);
  const from = ids.indexOf(pageId);
  const to = from + by;
  if (from < 0 || to < 0 || to >= ids.length) return ids;
  ids.splice(to, 0, ...ids.splice(from, 1));
  return ids;
}

/** The materials that still stand in the way of an approval; what a department holds already need not be brought. */
export function unsettled(view: CaseView): MaterialView[] {
  return view.materials.filter(({ state, held_by, asked_now, pages }) => {
    const spared = held_by !== null && !asked_now && pages.length === 0;
    return state !== "accepted" && !spared;
  });
}

/** The pages of `now` that `before` did not have, in their order; none when there was nothing before. */
export function arrived(before: CaseView | null, now: CaseView): Arrival[] {
  if (before?.case_id !== now.case_id) return [];
  const known = new Set(before.materials.flatMap(({ pages }) => pages.map((page) => page.page_id)));
  return now.materials.flatMap((material) =>
    pagesOf(material).flatMap((page) => (known.has(page.page_id) ? [] : [{ material, page }])),
  );
}

/** How many of the four steps of a signature (sent, shown, signed, sealed) are done. */
export function stepsDone(state: DocumentView["state"]): number {
  return { draft: 0, declined: 0, requested: 1, shown: 2, marked: 2, signed: 3, sealed: 4 }[state];
}
