import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp, h, nextTick, ref } from "vue";
import type { MaterialView } from "@/core/protocol";
import { setLanguage } from "@/kit/i18n";
import { exampleCase, exampleMaterial } from "./examples.testing";
import Papers from "./Papers.vue";

const CARD = exampleMaterial("card");
const PHOTOGRAPH = exampleMaterial("photograph", { name: { zh: "近期免冠照片", en: "Recent photograph" } });
const DELIVERED: Partial<MaterialView> = { state: "delivered" };
const SENT_BACK: Partial<MaterialView> = { state: "rejected" };
const materials = ref<MaterialView[]>([]);
let unmount: () => void = () => undefined;

beforeEach(() => {
  setLanguage("zh-CN");
  setActivePinia(createPinia());
  materials.value = [CARD, PHOTOGRAPH];
  const host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(Papers, { view: exampleCase({ materials: materials.value }) }) });
  app.use(createPinia());
  app.mount(host);
  unmount = () => {
    app.unmount();
    document.body.replaceChildren();
  };
});
afterEach(() => unmount());

/** The words of what has the focus, once the papers are these. */
async function focusedWhen(...now: MaterialView[]): Promise<string | null | undefined> {
  materials.value = now;
  for (let turn = 0; turn < 4; turn++) await nextTick();
  return document.activeElement?.textContent;
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

test("the paper that is wanted next is read where the delivered one had the focus", async () => {
  focus(".now input[type=file]");
  expect(await focusedWhen({ ...CARD, ...DELIVERED }, PHOTOGRAPH)).toBe("近期免冠照片");
});

test("a paper that is sent back takes the place of another, and is read", async () => {
  await focusedWhen({ ...CARD, ...DELIVERED }, PHOTOGRAPH);
  focus(".now .main");
  expect(await focusedWhen({ ...CARD, ...SENT_BACK }, PHOTOGRAPH)).toBe("居民身份证");
});

test("once nothing is wanted any more, the heading is read", async () => {
  focus(".now .main");
  expect(await focusedWhen({ ...CARD, ...DELIVERED }, { ...PHOTOGRAPH, ...DELIVERED })).toBe("需提交的材料");
});

test("who is elsewhere stays there", async () => {
  document.body.appendChild(document.createElement("button")).id = "outside";
  focus("#outside");
  await focusedWhen({ ...CARD, ...SENT_BACK }, PHOTOGRAPH);
  expect(document.activeElement?.id).toBe("outside");
});
