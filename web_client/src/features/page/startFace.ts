import { createPinia } from "pinia";
import { type App, type Component, createApp } from "vue";
import type { RouteRecordRaw } from "vue-router";
import { useWords, type WordFiles } from "@/kit/i18n";
import { fetchParts, partsNeed } from "./part";
import "@/kit/tokens.css";
import "@/kit/base.css";

const RELOADED = "cloud-window-reloaded";
const AGAIN_AFTER_MS = 30_000;
/** What is seen first goes first over a slow line. */
const PARTS_AFTER_MS = 3_000;

/**
 * A file that is not there any more belongs to an older build: the new one is fetched, but not in a circle. Where the
 * server is out of reach, or names this build still, nothing is: a reload would leave less than there is.
 */
async function fetchNewBuild(): Promise<void> {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < AGAIN_AFTER_MS) return;
  const own = document.querySelector("script[type=module]")?.getAttribute("src") ?? "";
  const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok || (await answer.text().catch(() => own)).includes(own)) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

async function stepsOf(app: App, routes: readonly RouteRecordRaw[]): Promise<void> {
  const { addSteps } = await import("./router");
  await addSteps(app, routes);
}

/** Does it until it has succeeded, and one at a time. */
function once(act: () => Promise<void>): () => Promise<void> {
  let doing: Promise<void> | null = null;
  return () => {
    doing ??= act().catch((error: unknown) => {
      doing = null;
      throw error;
    });
    return doing;
  };
}

/**
 * Starts a face: one page with its own stores, in the language of this machine; `words` are its languages' files,
 * `rest` those of what the first page does not say. With `routes` its steps stand in the address behind `#`, so that
 * the server knows one address for each face; they come with its first part, and are nothing to what is there before.
 */
export async function startFace(
  root: Component,
  words: WordFiles,
  routes: readonly RouteRecordRaw[] = [],
  rest: WordFiles = {},
): Promise<void> {
  addEventListener("vite:preloadError", () => void fetchNewBuild());
  await useWords(words, rest);
  const app = createApp(root).use(createPinia());
  if (routes.length) partsNeed(once(() => stepsOf(app, routes)));
  app.mount("#app");
  setTimeout(() => void fetchParts(), PARTS_AFTER_MS);
}
