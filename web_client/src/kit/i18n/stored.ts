import type { Language } from "@/core/protocol";

const STORED = "cloud-window-language";
export const FIRST = "zh-CN";

/** The tag of the language that was chosen on this machine, else the first. */
export function storedTag(): string {
  return localStorage.getItem(STORED) ?? FIRST;
}

/** Keeps it: the language belongs to the place, and not to the visit. */
export function storeTag(tag: string): void {
  localStorage.setItem(STORED, tag);
}

/** The language that the server is asked to answer in: it knows two. */
export function languageOf(tag: string): Language {
  return tag.startsWith("zh") ? "zh-CN" : "en";
}
