import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import { createApp, h, nextTick } from "vue";
import CasePane from "./CasePane.vue";
import { useCases } from "./cases";
import { exampleCase } from "./examples.testing";

test("a tab that was chosen before the case came stays, and the next case begins with its papers", async () => {
  const pinia = createPinia();
  setActivePinia(pinia);
  const cases = useCases();
  const host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(CasePane, { live: true }) });
  app.use(pinia).mount(host);
  const chosen = () => host.querySelector("[aria-selected=true]")?.id;
  host.querySelector<HTMLElement>("#case-panel-tabHistory")?.click();
  cases.view = exampleCase({});
  await nextTick();
  expect(chosen()).toBe("case-panel-tabHistory");
  cases.view = null;
  await nextTick();
  expect(chosen()).toBe("case-panel-tabMaterials");
  app.unmount();
});
