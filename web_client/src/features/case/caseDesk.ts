import { markRaw, shallowRef, watch } from "vue";
import type { Emitter } from "@/core/connection/emitter";
import { Pictures } from "@/core/connection/pictures";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import type { CaseView, ViewEvent } from "@/core/protocol";
import { openedPages } from "./openedPages";
import { type Arrival, arrived } from "./reading";

/** Where the views of a case come from. */
export interface CaseSource {
  readonly views: Emitter<ViewEvent>;
  watch(caseId: string): Promise<void>;
  unwatch(caseId: string): Promise<void>;
}

const MOST_ARRIVALS = 3;

/** One case as it is looked at: the newest case file, what lies open on the stage, and pages that have arrived. */
export function caseDesk(
  source: CaseSource,
  bytes: (path: string) => Promise<Blob>,
  refused: (refusal: Refusal) => void,
) {
  const view = shallowRef<CaseView | null>(null);
  const arrivals = shallowRef<readonly Arrival[]>([]);
  const pictures = markRaw(new Pictures(bytes));
  const stage = openedPages(view);
  let followed: string | null = null;

  source.views.listen(({ topic, data }) => {
    if (data.type === "case_view" && topic === `case:${followed}`) receive(data);
  });
  // What lies open is no news any more.
  watch(stage.opened, (opened) => drop((one) => one.material.material_id === opened?.id), { flush: "sync" });

  /** Turns to another case, or to none; nothing of the former one stays. */
  async function follow(caseId: string | null): Promise<void> {
    if (caseId === followed) return;
    const former = followed;
    followed = caseId;
    view.value = null;
    arrivals.value = [];
    stage.close();
    pictures.forget();
    try {
      if (former) await source.unwatch(former);
      if (caseId) await source.watch(caseId);
    } catch (error) {
      refused(asRefusal(error));
    }
  }

  function receive(now: CaseView): void {
    const news = arrived(view.value, now);
    view.value = now;
    const last = news.at(-1);
    if (!last) return;
    // What is being looked at is not pushed aside: another material's page is only announced.
    const free = !stage.opened.value || stage.opened.value.id === last.material.material_id;
    if (free && stage.rejecting.value === null) {
      stage.open({ kind: "material", id: last.material.material_id }, last.page.page_id);
    } else arrivals.value = [...arrivals.value, ...news].slice(-MOST_ARRIVALS);
  }

  function drop(gone: (arrival: Arrival) => boolean): void {
    arrivals.value = arrivals.value.filter((one) => !gone(one));
  }

  /** Takes the notice of an arrival away. */
  const dismiss = (arrival: Arrival) => drop((one) => one === arrival);
  return { view, arrivals, pictures, follow, dismiss, ...stage };
}
