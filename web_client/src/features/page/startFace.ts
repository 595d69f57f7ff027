import { createPinia } from "pinia";
import { type Component, createApp } from "vue";
import "@/kit/tokens.css";

/** Starts a face: one page with its own stores. */
export function startFace(root: Component): void {
  createApp(root).use(createPinia()).mount("#app");
}
