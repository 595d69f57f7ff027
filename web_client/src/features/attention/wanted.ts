import type { Bilingual, CaseView, TicketView, ToldView } from "@/core/protocol";

type TicketState = TicketView["state"];

/** What a point's page looks at to know what is wanted of who sits there. */
export interface Seen {
  readonly ticket: string | null;
  readonly state: TicketState | null;
  readonly view: CaseView | null;
  readonly told: readonly ToldView[];
  /** Where the ticket was given on to, while it waits there. */
  readonly passedOn: Bilingual | null;
}

/** Something that is wanted or told now; `at` is the identifier of its place on the page. */
export interface Wanted {
  readonly kind:
    | "answered"
    | "calledAgain"
    | "held"
    | "resumed"
    | "paper"
    | "rejected"
    | "sign"
    | "receipt"
    | "decided"
    | "told"
    | "passedOn"
    | "came"
    | "left"
    | "listens"
    | "listensNoMore"
    | "whispers"
    | "knocks";
  readonly name: Bilingual | null;
  readonly at: string | null;
  /** What somebody said in their own words. */
  readonly words?: string;
}

const IN_CALL = new Set<TicketState | null>(["called", "recalled", "serving", "on_hold", "interrupted"]);
const APART = new Set<TicketState | null>(["waiting", "offered"]);

/** What is wanted since the last look, in the order of the page; nothing of what was there when it was opened. */
export function wantedSince(before: Seen, now: Seen): Wanted[] {
  return [
    ...ofTicket(before, now),
    ...toldSince(before, now),
    ...(now.view ? ofCase(before.view, now.view) : []),
  ];
}

/** Whether the window and the point were together before, and are no more. */
export function isCallOver(before: Seen, now: Seen): boolean {
  return IN_CALL.has(before.state) && !(IN_CALL.has(now.state) && before.ticket === now.ticket);
}

function ofTicket(before: Seen, now: Seen): Wanted[] {
  if (before.ticket !== now.ticket) return [];
  if (now.passedOn && !before.passedOn) return [{ kind: "passedOn", name: now.passedOn, at: null }];
  if (before.state === now.state) return [];
  const kind = kindOf(before.state, now.state);
  return kind ? [{ kind, name: null, at: null }] : [];
}

function toldSince(before: Seen, now: Seen): Wanted[] {
  if (before.ticket !== now.ticket) return [];
  const last = before.told.at(-1)?.number ?? 0;
  const news = now.told.filter((one) => one.number > last);
  return news.map(({ text }) => ({ kind: "told", name: null, at: "told", words: text }));
}

function kindOf(before: TicketState | null, now: TicketState | null): Wanted["kind"] | null {
  if (now === "recalled") return "calledAgain";
  if (APART.has(before) && (now === "called" || now === "serving")) return "answered";
  if (now === "on_hold") return "held";
  return before === "on_hold" && now === "serving" ? "resumed" : null;
}

function ofCase(before: CaseView | null, now: CaseView): Wanted[] {
  if (before?.case_id !== now.case_id) return [];
  const papers = now.materials.flatMap((one): Wanted[] => {
    const former = before.materials.find(({ material_id }) => material_id === one.material_id);
    const at = `material-${one.material_id}`;
    if (one.state === "rejected" && former?.state !== "rejected")
      return [{ kind: "rejected", name: one.name, at }];
    return one.asked_now && !former?.asked_now ? [{ kind: "paper", name: one.name, at }] : [];
  });
  const documents = now.documents.flatMap((one): Wanted[] => {
    const former = before.documents.find(({ document_id }) => document_id === one.document_id);
    const { document_id: id, title: name } = one;
    if (one.kind === "receipt") return former ? [] : [{ kind: "receipt", name: null, at: `receipt-${id}` }];
    const asked = one.state === "requested" && former?.state !== "requested";
    return asked ? [{ kind: "sign", name, at: `sign-${id}` }] : [];
  });
  const decided: Wanted[] =
    now.decision && !before.decision ? [{ kind: "decided", name: null, at: "decision" }] : [];
  return [...papers, ...documents, ...decided];
}
