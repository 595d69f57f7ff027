import { createPinia } from "pinia";
import { type Component, createApp } from "vue";
import { createRouter, createWebHashHistory, type RouteRecordRaw } from "vue-router";
import { useWords, type Words } from "@/kit/i18n";
import "@/kit/tokens.css";
import "@/kit/base.css";

const RELOADED = "cloud-window-reloaded";
const AGAIN_AFTER_MS = 30_000;

/** A part of the page that is not there any more belongs to an older build: the new one is fetched, but not in a circle. */
function fetchNewBuild(): void {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < AGAIN_AFTER_MS) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

/**
 * Starts a face: one page with its own stores, in the language of this machine; `words` are its languages' files.
 * With `routes` its steps stand in the address behind `#`, so that the server knows one address for each face.
 */
export async function startFace(
  root: Component,
  words: Record<string, () => Promise<Words>>,
  routes: readonly RouteRecordRaw[] = [],
): Promise<void> {
  addEventListener("vite:preloadError", fetchNewBuild);
  await useWords(words);
  const app = createApp(root).use(createPinia());
  if (routes.length) app.use(createRouter({ history: createWebHashHistory(), routes }));
  app.mount("#app");
}
