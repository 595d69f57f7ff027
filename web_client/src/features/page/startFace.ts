import { createPinia } from "pinia";
import { type Component, createApp } from "vue";
import { useWords, type Words } from "@/kit/i18n";
import "@/kit/tokens.css";

/** Starts a face: one page with its own stores, in the language of this machine; `words` are its languages' files. */
export async function startFace(root: Component, words: Record<string, () => Promise<Words>>): Promise<void> {
  await useWords(words);
  createApp(root).use(createPinia()).mount("#app");
}
