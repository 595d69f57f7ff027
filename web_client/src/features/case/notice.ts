import type { CaseView, DecideCase, Language, MaterialView } from "@/core/protocol";
import { tIn } from "@/kit/i18n";
import { unsettled } from "./reading";

export type Outcome = DecideCase["outcome"];
/** How much each means for the applicant. */
export const OUTCOME_TONES = { approved: "good", supplement: "warn", refused: "bad" } as const;

/** The text that a notice begins with, in one language; what stands between 【 and 】 is for the clerk to fill in. */
export function template(outcome: Outcome, view: CaseView, language: Language): string {
  const item = inLanguage(view.item_name, language);
  const open = unsettled(view);
  // Only who has every paper may be told so.
  if (outcome === "approved")
    return tIn(language, open.length ? "noticeApprovedPlain" : "noticeApproved", { item });
  if (outcome === "refused") return tIn(language, "noticeRefused", { item });
  const list = open.map((material, index) => line(material, index, language)).join("\n");
  return tIn(language, "noticeSupplement", { item, list: list || tIn(language, "noticeToName") });
}

/** Whether the text is complete: not empty, and nothing left of the template to be filled in. */
export function isComplete(text: string): boolean {
  return text.trim() !== "" && !/[【】]/.test(text);
}

function line(material: MaterialView, index: number, language: Language): string {
  const { review } = material;
  const words =
    review?.verdict === "rejected" && review.reason_text
      ? inLanguage(review.reason_text, language)
      : tIn(language, "noticeMissing");
  const reason = [words, review?.note].filter(Boolean).join(" ");
  const name = inLanguage(material.name, language);
  return tIn(language, "noticeSupplementLine", { number: index + 1, material: name, reason });
}

function inLanguage(text: { zh: string; en: string }, language: Language): string {
  return language === "en" ? text.en : text.zh;
}
