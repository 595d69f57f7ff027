import { useEventListener } from "@vueuse/core";
import { defineStore } from "pinia";
import { watch } from "vue";
import { type PageUpload, uploadPage } from "@/core/connection/upload";
import { usePage } from "@/features/page/page";
import { language } from "@/kit/i18n";
import { useCases } from "./cases";
import { PagesUnderWay, type Sending } from "./sending";

type Wanted = Omit<PageUpload, "place" | "caseId">;

/** The pages that this point sends, whichever step of the visit is on the screen. */
export const useOutgoing = defineStore("outgoing", () => {
  const page = usePage();
  const cases = useCases();
  const under = new PagesUnderWay((one, progress, signal) =>
    uploadPage(one, { token: () => page.session.token, language: () => language.value, progress, signal }),
  );
  useEventListener(window, "online", () => under.wake());
  watch(
    () => cases.view?.case_id ?? null,
    (now, former) => {
      if (former !== null && now !== former) under.clear();
    },
  );

  /** Sends a page to the case that is looked at, or to another one. */
  function send(wanted: Wanted, caseId = cases.view?.case_id): void {
    if (caseId) under.add({ caseId, place: { url: null }, ...wanted });
  }

  return {
    all: under.all,
    send,
    again: (one: Sending) => under.again(one),
    drop: (one: Sending) => under.drop(one),
    /** Gives all up: where no case is looked at, the page that sends ends with its person. */
    clear: () => under.clear(),
  };
});
