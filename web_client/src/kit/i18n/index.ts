import { computed, ref, watch } from "vue";
import type { Bilingual, Language } from "@/core/protocol";
import { type Key, WORDS } from "./words";

const STORED = "cloud-window-language";

/** The page's language; kept on this machine, since it belongs to the place and not to the visit. */
export const language = ref<Language>(localStorage.getItem(STORED) === "en" ? "en" : "zh-CN");

export const isChinese = computed(() => language.value === "zh-CN");

export function setLanguage(wanted: Language): void {
  language.value = wanted;
  localStorage.setItem(STORED, wanted);
}

watch(
  language,
  (now) => {
    document.documentElement.lang = now;
  },
  { immediate: true, flush: "sync" },
);

/** The words of a key, with `{places}` filled. */
export function t(key: Key, places: Record<string, string | number> = {}): string {
  const words = WORDS[key][isChinese.value ? 0 : 1];
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

/** A text of the server in the page's language. */
export type { Key };

export function say(text: Bilingual): string {
  return isChinese.value ? text.zh : text.en;
}

/** Several names as one text. */
export function listed(names: readonly string[]): string {
  return names.join(isChinese.value ? "、" : ", ");
}

/** A moment of the server as hours and minutes on this machine's clock. */
export function clockTime(moment: string): string {
  return new Intl.DateTimeFormat(language.value, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date(moment));
}
