/** Phrases, one a line, as a person edits them; the server takes so many of such a length. */
export const PHRASES_AT_MOST = 20;
const CHARACTERS_AT_MOST = 200;

/** The phrases of a text: lines that say something, cut to what the server takes. */
export function phrasesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => [...line.trim()].slice(0, CHARACTERS_AT_MOST).join(""))
    .filter((line) => line !== "")
    .slice(0, PHRASES_AT_MOST);
}
