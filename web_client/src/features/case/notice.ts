import type { CaseView, DecideCase, MaterialView } from "@/core/protocol";
import { say, t } from "@/kit/i18n";
import { unsettled } from "./reading";

export type Outcome = DecideCase["outcome"];

/** The text that a notice begins with; what stands between 【 and 】 is for the clerk to fill in. */
export function template(outcome: Outcome, view: CaseView): string {
  const item = say(view.item_name);
  if (outcome === "approved") return t("noticeApproved", { item });
  if (outcome === "refused") return t("noticeRefused", { item });
  const list = unsettled(view).map(line).join("\n");
  return t("noticeSupplement", { item, list: list || t("noticeToName") });
}

/** Whether the text is complete: not empty, and nothing left of the template to be filled in. */
export function isComplete(text: string): boolean {
  return text.trim() !== "" && !/[【】]/.test(text);
}

function line(material: MaterialView, index: number): string {
  const { review } = material;
  const words =
    review?.verdict === "rejected" && review.reason_text ? say(review.reason_text) : t("noticeMissing");
  const reason = [words, review?.note].filter(Boolean).join(" ");
  return t("noticeSupplementLine", { number: index + 1, material: say(material.name), reason });
}
