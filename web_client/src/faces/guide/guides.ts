import type { Key } from "@/kit/i18n";

/** A role's guide: what it needs, what it does step by step, what may go wrong, and its keys. */
export interface Guide {
  readonly role: Key;
  readonly seen: Key;
  readonly needs: readonly Key[];
  readonly steps: readonly Key[];
  readonly troubles: readonly Key[];
  readonly keys: readonly (readonly [key: string, words: Key])[];
}

const EVERYBODY = [
  "troubleServer",
  "troubleReference",
  "troubleSound",
  "troubleNetwork",
  "troubleOtherPage",
] as const;

export const GUIDES: Readonly<Record<string, Guide>> = {
  point: {
    role: "rolePoint",
    seen: "seenAtPoint",
    needs: ["needCamera", "needDocumentCamera", "needPrinter", "needAllow", "needAccount"],
    steps: [
      "pointSearch",
      "pointForm",
      "pointBook",
      "pointList",
      "pointWait",
      "pointCallback",
      "pointCall",
      "pointFormFill",
      "pointActing",
      "pointSign",
      "pointEnd",
      "pointLater",
    ],
    troubles: ["troublePaper", "troubleCamera", ...EVERYBODY],
    keys: [],
  },
  window: {
    role: "roleWindow",
    seen: "seenAtWindow",
    needs: ["needCamera", "needHeadset", "needAllow", "needAccount"],
    steps: [
      "windowOpen",
      "windowOffer",
      "windowCall",
      "windowPapers",
      "windowForm",
      "windowActing",
      "windowDocuments",
      "windowPeople",
      "windowGuests",
      "windowJoint",
      "windowCallbacks",
      "windowDecision",
      "windowHandOn",
      "windowLater",
      "windowVisitors",
    ],
    troubles: ["troubleCamera", ...EVERYBODY],
    keys: [
      ["Enter", "keyEnter"],
      ["Esc", "keyEscape"],
      ["N", "keyN"],
      ["1 2 3", "keyNumbers"],
    ],
  },
  supervisor: {
    role: "roleSupervisor",
    seen: "seenAtSupervisor",
    needs: ["needAccount"],
    steps: ["supervisorList", "supervisorTold", "supervisorRoom", "supervisorHours", "supervisorRota"],
    troubles: EVERYBODY,
    keys: [],
  },
};
