import { createPinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import { Refusal } from "@/core/connection/refusal";
import type { CaseSummary } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import OwnCases from "./OwnCases.vue";

const sent: [string, object][] = [];
const looked: string[] = [];
let cases: CaseSummary[];
let answer: () => Promise<unknown>;
let host: HTMLElement;
let unmount: () => void;

function summary(number: string, granted_until: string | null = null): CaseSummary {
  return {
    case_id: `id-${number}`,
    number,
    item_name: { zh: "高龄津贴", en: "Old-age allowance" },
    applicant_name: "王秀英",
    opened_at: "2026-11-29T01:00:00Z",
    outcome: null,
    rating: null,
    granted_until,
  };
}

beforeEach(async () => {
  // The environment of the tests has no modal dialogs.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  setLanguage("zh-CN");
  sent.length = looked.length = 0;
  cases = [summary("20261129-OWN001"), summary("20261129-PAST01", "2026-11-28T01:00:00Z")];
  answer = async () => ({ case_id: "id-other", until: "2026-11-29T09:00:00Z" });
  const pinia = createPinia();
  const page = usePage(pinia);
  // Only the wire is cut here: what a request carries is what the server would get.
  vi.spyOn(page.http, "get").mockImplementation((async () => ({ cases })) as never);
  vi.spyOn(page.http, "post").mockImplementation((async (path: string, body: object) => {
    sent.push([path, body]);
    return answer();
  }) as never);
  host = document.body.appendChild(document.createElement("div"));
  const props = { open: null, busy: false, served: 0, onLook: (id: string) => looked.push(id) };
  const app = createApp({ render: () => h(OwnCases, props) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  await settle();
});
afterEach(() => unmount());

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTick();
}

async function write(selector: string, text: string): Promise<void> {
  const field = host.querySelector<HTMLInputElement>(selector);
  if (!field) throw new Error(`no field ${selector}`);
  field.value = text;
  field.dispatchEvent(new Event("input"));
  await settle();
}

async function submit(selector: string): Promise<void> {
  host.querySelector(selector)?.dispatchEvent(new Event("submit", { cancelable: true }));
  await settle();
}

async function choose(value: string): Promise<void> {
  const radio = host.querySelector<HTMLInputElement>(`input[value="${value}"]`);
  if (!radio) throw new Error(`no choice ${value}`);
  radio.checked = true;
  radio.dispatchEvent(new Event("change"));
  await settle();
}

const dialog = () => host.querySelector("dialog");
const send = () => host.querySelector<HTMLButtonElement>("dialog button[type=submit]");

test("a case of others is opened once a reason is given", async () => {
  await write("input[name=case-number]", " 20261129-abcdef ");
  await submit("form.other");
  expect(dialog()?.textContent).toContain("20261129-ABCDEF");
  expect(send()?.disabled).toBe(true);
  await choose("other");
  expect(send()?.disabled).toBe(true);
  await write("dialog textarea", "  12345 热线转办 ");
  await submit("dialog form");
  expect(sent).toEqual([
    ["/api/v1/case-access", { case: "20261129-ABCDEF", reason: "other", note: "12345 热线转办" }],
  ]);
  expect(looked).toEqual(["id-other"]);
  expect(dialog()).toBeNull();
});

test("what is refused is said in the dialog, which stays open", async () => {
  answer = async () => {
    throw Refusal.fromServer("no_such_case", "没有找到该案卷。", 404);
  };
  await write("input[name=case-number]", "20261129-NOBODY");
  await submit("form.other");
  await choose("complaint");
  await submit("dialog form");
  expect(host.querySelector("[role=alert]")?.textContent).toBe("没有找到该案卷。");
  expect(looked).toEqual([]);
  expect(send()?.disabled).toBe(false);
});

test("one's own case needs no reason, one whose time is over asks anew", async () => {
  await write("input[name=case-number]", "20261129-own001");
  await submit("form.other");
  expect(looked).toEqual(["id-20261129-OWN001"]);
  expect(dialog()).toBeNull();
  host.querySelectorAll<HTMLButtonElement>("li button")[1]?.click();
  await settle();
  expect(looked).toHaveLength(1);
  expect(dialog()?.textContent).toContain("20261129-PAST01");
});
