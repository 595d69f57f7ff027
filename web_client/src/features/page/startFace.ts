import { createPinia } from "pinia";
import { type Component, createApp } from "vue";
import { createRouter, createWebHashHistory, type RouteRecordRaw } from "vue-router";
import { useWords, type Words } from "@/kit/i18n";
import "@/kit/tokens.css";
import "@/kit/base.css";

/**
 * Starts a face: one page with its own stores, in the language of this machine; `words` are its languages' files.
 * With `routes` its steps stand in the address behind `#`, so that the server knows one address for each face.
 */
export async function startFace(
  root: Component,
  words: Record<string, () => Promise<Words>>,
  routes: readonly RouteRecordRaw[] = [],
): Promise<void> {
  await useWords(words);
  const app = createApp(root).use(createPinia());
  if (routes.length) app.use(createRouter({ history: createWebHashHistory(), routes }));
  app.mount("#app");
}
