import type { Bilingual } from "@/core/protocol";
import { say, t } from "@/kit/i18n";

/** From where somebody comes: the point's name, or that they came by a link. */
export function originOf(ticket: { readonly visitor: unknown; readonly site_name: Bilingual }): string {
  return ticket.visitor ? t("visitorFrom") : say(ticket.site_name);
}
