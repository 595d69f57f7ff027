import type { EntranceBody, Language, SignedInBody } from "@/core/protocol";
import { sendEarly } from "./early";

export const ENTRANCE = "/api/v1/visit-entrance";
export const VISIT = "/api/v1/visit";

/**
 * Comes in by a visitor's link, and asks what the visit is, while the code of the page is still on its way: over a slow
 * line both are answered by then. What fails is asked again by the page, which says so.
 */
export async function enterEarly(link: string, language: Language): Promise<void> {
  const says = { "Accept-Language": language };
  const body: EntranceBody = { link };
  const entered = await sendEarly(
    ENTRANCE,
    { ...says, "Content-Type": "application/json" },
    JSON.stringify(body),
  );
  if (!entered?.ok) return;
  const { access_token }: SignedInBody = await entered.json();
  await sendEarly(VISIT, { ...says, Authorization: `Bearer ${access_token}` });
}
