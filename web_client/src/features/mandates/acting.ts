import type { Acting, CaseView, DocumentView } from "@/core/protocol";
import type { Key } from "@/kit/i18n";
import { say, t } from "@/kit/i18n";

/** Who acts for the applicant, as it is being written. */
export interface ActingForm {
  number: string;
  actor: string;
  relation: Acting["relation"] | "";
  scope: Acting["scope"];
  until: string;
}

export const RELATIONS = ["relative", "worker", "agent"] as const;
export const SCOPES = ["hand_in", "sign", "receive"] as const;
const DAY_MS = 86_400_000;
const LASTS_DAYS = 30;
const LASTS_AT_MOST_DAYS = 365;
const NUMBER = /^[1-9]\d{16}[\dX]$/;

/** The day so many days from this moment on the wall here, as 2026-03-02. */
export function dayFrom(now: Date, days: number): string {
  const there = new Date(now.getTime() + days * DAY_MS);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${there.getFullYear()}-${two(there.getMonth() + 1)}-${two(there.getDate())}`;
}

/** The first and the last day that may be chosen. */
export function period(now: Date): readonly [string, string] {
  return [dayFrom(now, 0), dayFrom(now, LASTS_AT_MOST_DAYS)];
}

export function emptyActing(now: Date): ActingForm {
  return { number: "", actor: "", relation: "", scope: [...SCOPES], until: dayFrom(now, LASTS_DAYS) };
}

/** What is still wanted of it, by the keys of its words. */
export function lackingIn(form: ActingForm, now: Date): Key[] {
  const [first, last] = period(now);
  return [
    ...(NUMBER.test(plain(form.number)) ? [] : (["actingNumber"] as const)),
    ...(form.actor.trim() ? [] : (["actingName"] as const)),
    ...(form.relation ? [] : (["actingRelation"] as const)),
    ...(form.scope.length ? [] : (["actingScope"] as const)),
    ...(form.until >= first && form.until <= last ? [] : (["actingUntil"] as const)),
  ];
}

/** What a command says of it, once nothing is lacking. */
export function actingOf(form: ActingForm): Acting {
  return {
    principal_number: plain(form.number),
    actor_name: form.actor.trim(),
    relation: form.relation || "agent",
    scope: SCOPES.filter((one) => form.scope.includes(one)),
    until: form.until,
  };
}

/** The acts that a mandate covers, in words. */
export function scopeWords(scope: Acting["scope"]): string {
  return SCOPES.filter((one) => scope.includes(one))
    .map((one) => t(`scope_${one}`))
    .join(t("mandateAnd"));
}

/** The pages of a case that may show a mandate on paper, in words. */
export function pagesToShow({ materials }: CaseView): { page_id: string; words: string }[] {
  return materials.flatMap((material) =>
    material.pages.map(({ page_id, number }) => ({
      page_id,
      words: t("mandatePaperPage", { material: say(material.name), number }),
    })),
  );
}

/** Whether a paper is on the pad, or was signed there and is not sealed yet. */
export function onThePad(state: DocumentView["state"] | undefined): boolean {
  return state !== undefined && ["requested", "shown", "marked", "signed"].includes(state);
}

/** The end of a form's number, which tells it from the others of its case. */
export function shortNumber(number: string): string {
  return number.slice(number.lastIndexOf("-") + 1);
}

function plain(number: string): string {
  return number.replace(/\s/g, "").toUpperCase();
}
