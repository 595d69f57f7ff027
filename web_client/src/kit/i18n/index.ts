import { compile, createCoreContext, registerMessageCompiler, translate } from "@intlify/core-base";
import { computed, ref, shallowReactive, shallowRef, watch } from "vue";
import type { Bilingual, Language } from "@/core/protocol";
import type { Key } from "./messages";
import { FIRST, languageOf, storedTag, storeTag } from "./stored";

export type { Key } from "./messages";
export type Words = Record<string, string>;
/** Where the sentences of each language are, by paths that end in `TAG.ts`. */
export type WordFiles = Record<string, () => Promise<Words>>;

// The core of vue-i18n alone: its part for Vue names all of Vue, which the pages would then carry (decision 49).
registerMessageCompiler(compile);
const spoken = shallowReactive<Record<string, Words>>({});
const context = createCoreContext({ locale: FIRST, fallbackLocale: FIRST, messages: spoken });
type Loaders = ReadonlyMap<string, () => Promise<Words>>;
const loaders = shallowRef<Loaders>(new Map());
let rest: Loaders = new Map();
/** Whether more is said than the first page says. */
let whole = false;
const loaded = new Set<() => Promise<Words>>();

/** The tag of the page's language; kept on this machine, since it belongs to the place and not to the visit. */
export const locale = ref(storedTag());
/** The language that the server is asked to answer in. */
export const language = computed<Language>(() => languageOf(locale.value));
export const isChinese = computed(() => language.value === "zh-CN");
/** The tags of the languages that there is a file for, Chinese first. */
export const languages = computed(() =>
  [...loaders.value.keys()].sort((one, other) => Number(other === FIRST) - Number(one === FIRST)),
);

function byTag(files: WordFiles): Loaders {
  return new Map(Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.ts$/g, ""), load]));
}

/** Tells where the sentences of the first page are and the rest of them, and loads the first in the page's language. */
export async function useWords(first: WordFiles, others: WordFiles = {}): Promise<void> {
  loaders.value = byTag(first);
  rest = byTag(others);
  await setLanguage(loaders.value.has(locale.value) ? locale.value : FIRST);
}

/** Loads what else the pages say than the first one does, now and with each other language. */
export async function wholeWords(): Promise<void> {
  whole = true;
  await alsoSpeak(locale.value);
}

/** Adds sentences of a language. */
export function addWords(tag: string, words: Words): void {
  spoken[tag] = { ...spoken[tag], ...words };
}

/** Turns the page to another language, whose sentences are loaded first. */
export async function setLanguage(wanted: string): Promise<void> {
  await alsoSpeak(wanted);
  locale.value = wanted;
  storeTag(wanted);
}

/** A language's name in itself, such as 中文. */
export function nameOf(tag: string): string {
  const [wanted = tag] = tag.split("-");
  return new Intl.DisplayNames(tag, { type: "language" }).of(wanted) ?? tag;
}

watch(
  locale,
  (now) => {
    document.documentElement.lang = now;
  },
  { immediate: true, flush: "sync" },
);

/** The words of a key, with `{places}` filled; a place `count` chooses between the forms of a plural. */
export function t(key: Key, places: Record<string, string | number> = {}): string {
  return tIn(locale.value, key, places);
}

/** Loads the sentences of another language than the page's, so that `tIn` speaks it. */
export async function alsoSpeak(tag: string): Promise<void> {
  const files = [loaders.value.get(tag), whole ? rest.get(tag) : undefined];
  await Promise.all(files.map((load) => load && addOnce(tag, load)));
}

async function addOnce(tag: string, load: () => Promise<Words>): Promise<void> {
  if (loaded.has(load)) return;
  addWords(tag, await load());
  loaded.add(load);
}

/** The words of a key in one language, whatever the page's is. */
export function tIn(tag: string, key: Key, places: Record<string, string | number> = {}): string {
  const { count } = places;
  const plural = typeof count === "number" ? { plural: count } : {};
  return String(translate(context, key, places, { locale: tag, ...plural }));
}

/** A text of the server in the page's language. */
export function say(text: Bilingual): string {
  return isChinese.value ? text.zh : text.en;
}

/** Several names as one text. */
export function listed(names: readonly string[]): string {
  return names.join(isChinese.value ? "、" : ", ");
}

/** A moment of the server as day, hours and minutes on this machine's clock. */
export function dayTime(moment: string): string {
  return new Intl.DateTimeFormat(locale.value, {
    dateStyle: "medium",
    timeStyle: "short",
    hour12: false,
  }).format(new Date(moment));
}

/** A date of the server, as 2026-03-02, in words; it is no moment, and has no time zone. */
export function dayOf(date: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));
}

/** The day on which a moment of the server is, on this machine's clock. */
export function dayOfMoment(moment: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "long" }).format(new Date(moment));
}

/** A moment of the server as hours and minutes on this machine's clock. */
export function clockTime(moment: string): string {
  return new Intl.DateTimeFormat(locale.value, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date(moment));
}
