import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import { createApp, h } from "vue";
import type { MaterialView } from "@/core/protocol";
import { exampleCase } from "@/features/case/examples.testing";
import { setLanguage } from "@/kit/i18n";
import AskSupplement from "./AskSupplement.vue";

const paper = (material_id: string, held: boolean): MaterialView => ({
  material_id,
  name: { zh: material_id, en: material_id },
  state: "requested",
  pages: [],
  held_by: held ? { zh: "公安分局", en: "Police" } : null,
  asked_now: false,
  still_asked: false,
  review: null,
  note: "",
});

test("what a department holds is not among the missing papers until the clerk says so", () => {
  setLanguage("zh-CN");
  const pinia = createPinia();
  setActivePinia(pinia);
  const host = document.body.appendChild(document.createElement("div"));
  const view = exampleCase({ materials: [paper("card", false), paper("household", true)] });
  const app = createApp({ render: () => h(AskSupplement, { view }) });
  app.use(pinia);
  app.mount(host);
  const boxes = [...host.querySelectorAll<HTMLInputElement>(".paper input[type=checkbox]")];
  expect(boxes.map((one) => [one.value, one.checked])).toEqual([
    ["card", true],
    ["household", false],
  ]);
  app.unmount();
  host.remove();
});
