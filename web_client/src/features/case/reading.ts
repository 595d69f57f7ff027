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
  return { draft: 0, declined: 0, requested: 1, shown: 2, signed: 3, sealed: 4 }[state];
}
