import { defineStore } from "pinia";
import { usePage } from "@/features/page/page";
import { caseDesk } from "./caseDesk";

/** The case that this page looks at, at the point and at the window. */
export const useCases = defineStore("cases", () => {
  const page = usePage();
  return caseDesk(
    page.connection,
    (path) => page.http.bytes(path),
    (refusal) => {
      // Whoever has signed out is not told that the case is not watched any more.
      if (page.signedIn) page.refuse(refusal);
    },
  );
});
