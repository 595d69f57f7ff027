import { createPinia, type Pinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Component, createApp, h, nextTick, shallowReactive } from "vue";
import { Refusal } from "@/core/connection/refusal";
import type { SignedInBody } from "@/core/protocol";
import { useAct } from "@/features/page/act";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { useCases } from "./cases";
import Decision from "./Decision.vue";
import { exampleCase, exampleMaterial, examplePage } from "./examples.testing";
import RejectForm from "./RejectForm.vue";

const sent: [string, object][] = [];
let answer: () => Promise<null>;
let pinia: Pinia;
let page: ReturnType<typeof usePage>;
let unmount: () => void;

beforeEach(() => {
  setLanguage("zh-CN");
  sent.length = 0;
  answer = async () => null;
  pinia = createPinia();
  setActivePinia(pinia);
  page = usePage();
  page.signedIn = { face: "window" } as SignedInBody;
  // Only the wire is cut here: what a command carries is what the server would get.
  vi.spyOn(page.connection, "command").mockImplementation((async (type: string, fields: object) => {
    sent.push([type, fields]);
    return answer();
  }) as never);
  vi.spyOn(page.http, "get").mockImplementation((async () => ({ phrases: ["请拍背面"] })) as never);
});
afterEach(() => unmount());

function show<P extends object>(component: Component, given: P): { host: HTMLElement; props: P } {
  const host = document.body.appendChild(document.createElement("div"));
  const props = shallowReactive(given) as P;
  const app = createApp({ render: () => h(component, props) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  return { host, props };
}

async function write(field: Element | null, text: string): Promise<void> {
  (field as HTMLTextAreaElement).value = text;
  field?.dispatchEvent(new Event("input"));
  await nextTick();
}

async function choose(host: HTMLElement, value: string): Promise<void> {
  const radio = host.querySelector<HTMLInputElement>(`input[value="${value}"]`);
  if (!radio) throw new Error(`no choice ${value}`);
  radio.checked = true;
  radio.dispatchEvent(new Event("change"));
  await nextTick();
}

async function submit(host: HTMLElement): Promise<void> {
  host.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  await nextTick();
}

const material = exampleMaterial("m1", { state: "delivered", pages: [examplePage("p1", { number: 2 })] });

function rejecting() {
  const desk = useCases();
  desk.startRejecting(material);
  return { desk, ...show(RejectForm, { material }) };
}

const sendButton = (host: HTMLElement) => host.querySelector<HTMLButtonElement>("button[type=submit]");

test("a rejection needs a reason, and 'other' a note as well", async () => {
  const { host } = rejecting();
  expect(sendButton(host)?.disabled).toBe(true);
  await choose(host, "other");
  expect(sendButton(host)?.disabled).toBe(true);
  await submit(host);
  expect(sent).toEqual([]);
  await write(host.querySelector("textarea"), "  缺少盖章 ");
  expect(sendButton(host)?.disabled).toBe(false);
});

test("a rejection carries reason, note and mark, and ends the marking", async () => {
  const { host, desk } = rejecting();
  const mark = { page_id: "p1", x: 0.1, y: 0.2, width: 0.3, height: 0.1 };
  desk.mark = mark;
  await nextTick();
  expect(host.textContent).toContain("已在第 2 页圈注");
  await choose(host, "unreadable");
  await write(host.querySelector("textarea"), " 右上角反光 ");
  await submit(host);
  expect(sent).toEqual([
    ["reject_material", { material_id: "m1", reason: "unreadable", note: "右上角反光", mark }],
  ]);
  await vi.waitFor(() => expect(desk.rejecting).toBeNull());
});

test("a phrase of one's own joins the note", async () => {
  const { host } = rejecting();
  const phrase = () => [...host.querySelectorAll("button")].find((one) => one.textContent === "请拍背面");
  await vi.waitFor(() => expect(phrase()).toBeDefined());
  await write(host.querySelector("textarea"), "不全");
  phrase()?.click();
  await nextTick();
  expect(host.querySelector("textarea")?.value).toBe("不全 请拍背面");
});

test("a refused rejection stays on the screen with what was written, and says why", async () => {
  const { host, desk } = rejecting();
  answer = () => Promise.reject(Refusal.fromServer("wrong_case_state", "当前状态下不能这样操作。"));
  await choose(host, "expired");
  await submit(host);
  await vi.waitFor(() => expect(page.complaint).toBe("当前状态下不能这样操作。"));
  expect(desk.rejecting).toBe("m1");
});

test("one command at a time: a second click while the first is under way sends nothing", async () => {
  const { act, busy } = useAct();
  let done = (_: null) => {};
  answer = () =>
    new Promise((resolve) => {
      done = resolve;
    });
  const first = act("accept_material", { material_id: "m1" });
  await act("accept_material", { material_id: "m1" });
  expect(sent).toHaveLength(1);
  done(null);
  await first;
  expect(busy.value).toBe(false);
  unmount = () => {};
});

test("a second submit while the first is under way sends nothing", async () => {
  const { host } = rejecting();
  answer = () => new Promise(() => {});
  await choose(host, "expired");
  await submit(host);
  await submit(host);
  expect(sent).toHaveLength(1);
});

const notice = (host: HTMLElement) => host.querySelector<HTMLTextAreaElement>("textarea")?.value;

test("an outcome brings its template, which follows the case until the clerk writes", async () => {
  const { host, props } = show(Decision, { view: exampleCase({ materials: [material] }) });
  await choose(host, "supplement");
  expect(notice(host)).toContain("1. 居民身份证：尚未提交。");
  props.view = exampleCase({
    materials: [exampleMaterial("m2", { name: { zh: "户口簿", en: "Register" } })],
  });
  await nextTick();
  expect(notice(host)).toContain("1. 户口簿");
  await write(host.querySelector("textarea"), "请补交户口簿原件。");
  props.view = exampleCase({ materials: [material] });
  await nextTick();
  expect(notice(host)).toBe("请补交户口簿原件。");
});

test("a refusal cannot be decided before its reason is filled in", async () => {
  const { host } = show(Decision, { view: exampleCase() });
  await choose(host, "refused");
  expect(sendButton(host)?.disabled).toBe(true);
  await write(host.querySelector("textarea"), "不符合年龄条件，不予办理。");
  expect(sendButton(host)?.disabled).toBe(false);
});

test("a decision is asked once more, and then sent with the text as it stands", async () => {
  const { host } = show(Decision, { view: exampleCase() });
  await choose(host, "approved");
  await submit(host);
  expect(sent).toEqual([]);
  const dialog = host.querySelector("[role=alertdialog]");
  expect(dialog?.textContent).toContain("不能撤回");
  dialog?.querySelector<HTMLButtonElement>(".primary")?.click();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.[0]).toBe("decide_case");
  expect(sent[0]?.[1]).toMatchObject({ case_id: "case-1", outcome: "approved", notice: notice(host) });
});

test("the English text goes along until the Chinese says something else", async () => {
  const { host } = show(Decision, { view: exampleCase() });
  const english = () => host.querySelector<HTMLTextAreaElement>("textarea[lang=en]")?.value;
  await choose(host, "approved");
  expect(english()).toContain("It is approved.");
  await write(host.querySelector("textarea"), "予以办理，次月发放。");
  expect(english()).toBeUndefined();
  await submit(host);
  host.querySelector<HTMLButtonElement>("[role=alertdialog] .primary")?.click();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.[1]).toMatchObject({ notice: "予以办理，次月发放。", notice_en: "" });
});

test("an approval with papers not accepted is warned of, by name", async () => {
  const { host } = show(Decision, { view: exampleCase({ materials: [material] }) });
  await choose(host, "approved");
  await submit(host);
  expect(host.querySelector("[role=alertdialog]")?.textContent).toContain("居民身份证尚未审核通过");
});

test("a decided case shows the decision and offers no other", async () => {
  const decision = {
    outcome: "approved" as const,
    notice: "予以办理。",
    notice_en: "It is approved.",
    notice_url: "/n",
    by: "周珍建",
    at: "2026-11-23T02:00:00Z",
  };
  const { host } = show(Decision, { view: exampleCase({ decision, rating: 5, state: "decided" }) });
  expect(host.querySelector("form")).toBeNull();
  expect(host.textContent).toContain("予以办理。");
  expect(host.textContent).toContain("非常满意");
  expect(host.querySelector("[lang=en]")?.textContent).toBe("It is approved.");
});
