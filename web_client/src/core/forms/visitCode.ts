/** How many signs a visitor's code has; it is shown and typed in groups of three. */
export const CODE_LENGTH = 9;
/** How many one has that opens what is missing of a case; it is its link's secret. */
export const SEND_LENGTH = 20;
/** How many one has that opens the result of a case. */
export const RESULT_LENGTH = 28;
const GROUP = 3;

/** The signs of what was typed or pasted, as the server compares them: capitals and digits, so many at most. */
export function signsOf(typed: string): string {
  // Full-width letters come from Chinese keyboards.
  return typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, RESULT_LENGTH);
}

/** A code in its groups. */
export function grouped(code: string): string {
  return code.match(new RegExp(`.{1,${GROUP}}`, "g"))?.join(" ") ?? "";
}

/** Where the caret stands in the groups after so many signs. */
export function caretAfter(signs: number): number {
  return signs + Math.max(0, Math.ceil(signs / GROUP) - 1);
}
