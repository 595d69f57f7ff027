/** What a key asks of the desk. */
export type DeskAct = "accept" | "reject" | "next" | "face" | "document" | "several";

const LAYOUTS: Record<string, DeskAct> = { "1": "face", "2": "document", "3": "several" };

/** What can be asked just now. */
export interface Possible {
  readonly offer: boolean;
  readonly next: boolean;
}

/** What a key press asks; null while the person writes, chooses in a dialog, or presses a button of its own. */
export function actOf(event: KeyboardEvent, possible: Possible): DeskAct | null {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, dialog, [contenteditable]")) return null;
  if (event.key === "Enter")
    return possible.offer && !target?.closest("button, a, summary") ? "accept" : null;
  if (event.key === "Escape") return possible.offer ? "reject" : null;
  if (event.key.toLowerCase() === "n") return possible.next ? "next" : null;
  return LAYOUTS[event.key] ?? null;
}
