import { createPinia, type Pinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp, h, nextTick } from "vue";
import type { CaseView, FormLayoutView, FormValueView, FormView, LaidFieldView } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { useForms } from "./forms";
import SharedField from "./SharedField.vue";

const PHONE: LaidFieldView = {
  field: {
    field_id: "phone",
    name: { zh: "联系电话", en: "Phone" },
    kind: "phone",
    rule: { pattern: "^.+$", longest: 60, check: null, compact: true },
    choices: [],
  },
  schema: { enum: null, pattern: "^1[0-9]{10}$", min_length: null, max_length: 13, format: null },
  personal: true,
  required: true,
  added: false,
};
const VALUE: FormValueView = {
  field_id: "phone",
  value: "13812345678",
  hidden: false,
  wrong: false,
  sequence: 1,
  side: "applicant",
  by: "王秀英",
  yours: false,
  at: "2026-11-30T09:00:00Z",
};
let pinia: Pinia;
let host: HTMLElement;
let unmount: () => void;

beforeEach(async () => {
  await setLanguage("zh-CN");
  pinia = createPinia();
  setActivePinia(pinia);
  usePage().link = "open";
  useCases().view = { case_id: "a" } as CaseView;
  useForms();
  const sections = [{ title: { zh: "一", en: "1" }, fields: [PHONE] }];
  const layout = { type: "form_layout_view", case_id: "a", form_id: "f", state: "draft", sections };
  const view = layout as unknown as FormLayoutView;
  usePage().connection.views.emit({ type: "event", topic: "form_layout:a", sequence: 1, data: view });
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(SharedField, { laid: PHONE, writes: true }) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
});
afterEach(() => unmount());

let version = 0;
async function said(change: Partial<FormValueView>): Promise<string> {
  const data: FormView = {
    type: "form_view",
    version: ++version,
    whole: true,
    changed: [{ ...VALUE, ...change }],
    gone: [],
    case_id: "a",
    form_id: "f",
    focus: [],
  };
  usePage().connection.views.emit({ type: "event", topic: "form:a", sequence: version, data });
  await nextTick();
  return host.textContent ?? "";
}

test("what the service finds wrong is said, also of a value that is hidden", async () => {
  expect(await said({})).not.toContain("11 位手机号码");
  expect(await said({ wrong: true })).toContain("11 位手机号码");
  expect(await said({ value: "••••5678", hidden: true })).not.toContain("11 位手机号码");
  expect(await said({ value: "••••5678", hidden: true, wrong: true })).toContain("11 位手机号码");
});

test("what breaks the field's schema is said before the service has looked at it", async () => {
  // The rule of its kind would take it.
  expect(await said({ value: "0574-87654321" })).toContain("11 位手机号码");
});
