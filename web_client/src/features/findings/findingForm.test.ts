import { createPinia } from "pinia";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp, h, KeepAlive, nextTick, ref } from "vue";
import type { CaseView } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { setLanguage } from "@/kit/i18n";
import FindingForm from "./FindingForm.vue";

const material = (id: string) => ({
  material_id: id,
  name: { zh: id, en: id },
  pages: [{ page_id: `${id}1` }],
});
const VIEW = { case_id: "case-1", materials: [material("a"), material("b")] } as unknown as CaseView;
const MARK = { page_id: "a1", x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
const looked = ref(true);
let cases: ReturnType<typeof useCases>;
let host: HTMLElement;
let unmount: () => void;

beforeEach(async () => {
  setLanguage("zh-CN");
  looked.value = true;
  const pinia = createPinia();
  cases = useCases(pinia);
  host = document.body.appendChild(document.createElement("div"));
  const form = () => (looked.value ? h(FindingForm, { view: VIEW, departmentId: "one" }) : undefined);
  const app = createApp({ render: () => h(KeepAlive, null, { default: form }) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  await nextTick();
});
afterEach(() => unmount());

test("a place that is drawn chooses its paper, and another paper gives it up", async () => {
  cases.mark = MARK;
  await nextTick();
  const select = host.querySelector("select");
  expect(select?.value).toBe("a");
  if (select) select.value = "b";
  select?.dispatchEvent(new Event("change"));
  await nextTick();
  expect(cases.mark).toBeNull();
});

test("what is written stays while another tab is looked at, and nothing is drawn meanwhile", async () => {
  const text = host.querySelector("textarea");
  if (text) text.value = "背面缺失";
  text?.dispatchEvent(new Event("input"));
  cases.mark = MARK;
  looked.value = false;
  await nextTick();
  expect([cases.placing, cases.mark]).toEqual([false, null]);
  looked.value = true;
  await nextTick();
  expect(host.querySelector("textarea")?.value).toBe("背面缺失");
  expect([cases.placing, cases.mark]).toEqual([true, MARK]);
});
