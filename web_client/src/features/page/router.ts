import type { App } from "vue";
import { createRouter, createWebHashHistory, type RouteRecordRaw } from "vue-router";

/** Adds the steps of a face, which stand in the address behind `#`; done once the page stands at one of them. */
export async function addSteps(app: App, routes: readonly RouteRecordRaw[]): Promise<void> {
  const router = createRouter({ history: createWebHashHistory(), routes });
  app.use(router);
  await router.isReady();
}
