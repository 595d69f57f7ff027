import { useEventListener } from "@vueuse/core";
import { defineStore } from "pinia";
import { shallowRef, watch } from "vue";
import { type PageUpload, uploadPage } from "@/core/connection/upload";
import type { MaterialView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { language } from "@/kit/i18n";
import { useCases } from "./cases";
import { PagesUnderWay, type Sending } from "./sending";

type Wanted = Omit<PageUpload, "place" | "caseId">;

/** Files for a paper of the case that is looked at, which are looked at once more before they go. */
interface Picked {
  material: MaterialView;
  files: readonly File[];
  /** The page that they are there instead of. */
  replaces: string | null;
}

/** The pages that this point sends, whichever step of the visit is on the screen. */
export const useOutgoing = defineStore("outgoing", () => {
  const page = usePage();
  const cases = useCases();
  const under = new PagesUnderWay((one, progress, signal) =>
    uploadPage(one, { token: () => page.session.token, language: () => language.value, progress, signal }),
  );
  /** Here and not with what shows them: the call may begin in the moment in which somebody chooses. */
  const picked = shallowRef<Picked | null>(null);
  useEventListener(window, "online", () => under.wake());
  watch(
    () => cases.view?.case_id ?? null,
    (now, former) => {
      if (former === null || now === former) return;
      under.clear();
      picked.value = null;
    },
  );

  /** Sends a page to the case that is looked at, or to another one. */
  function send(wanted: Wanted, caseId = cases.view?.case_id): void {
    if (caseId) under.add({ caseId, place: { url: null }, ...wanted });
  }

  return {
    all: under.all,
    picked,
    send,
    again: (one: Sending) => under.again(one),
    drop: (one: Sending) => under.drop(one),
    /** Gives all up: where no case is looked at, the page that sends ends with its person. */
    clear: () => under.clear(),
  };
});
