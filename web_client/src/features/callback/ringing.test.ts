import { createPinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import type { CallbackView } from "@/core/protocol";
import { useSound } from "@/features/attention/sound";
import { setLanguage } from "@/kit/i18n";
import Ringing from "./Ringing.vue";

const ONE: CallbackView = {
  ticket_id: "ticket-1",
  number: "A001",
  item_name: { zh: "高龄津贴", en: "Old-age allowance" },
  applicant_name: "王秀英",
  state: "ringing",
  asked_at: "2026-11-30T07:00:00Z",
  place: null,
  not_before: null,
  deadline: "2026-11-30T09:00:00Z",
  attempts: 1,
  attempts_at_most: 3,
  window_name: { zh: "1号窗口", en: "Window 1" },
  clerk_name: "李明",
  rings_until: "2026-11-30T08:00:00Z",
  reason: null,
};
let modal: string[];
let unmount: () => void;

beforeEach(() => {
  setLanguage("zh-CN");
  modal = [];
  // The environment of the tests has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
    modal.push(this.className);
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
    this.open = false;
  };
});
afterEach(() => {
  unmount();
  document.body.replaceChildren();
});

async function ring(page: string, focused: string): Promise<void> {
  document.body.innerHTML = page;
  document.querySelector<HTMLElement>(focused)?.focus();
  const app = createApp({ render: () => h(Ringing, { one: ONE }) });
  const host = document.body.appendChild(document.createElement("div"));
  const pinia = createPinia();
  // The environment of the tests has no loudspeaker.
  vi.spyOn(useSound(pinia), "play").mockResolvedValue();
  app.use(pinia).mount(host);
  unmount = () => {
    unmount = () => {};
    app.unmount();
  };
  for (let turn = 0; turn < 3; turn++) await nextTick();
}

test("beside a free page it rings without holding it, and gives the focus back", async () => {
  await ring("<button id=work></button>", "#work");
  expect(modal).toEqual([]);
  expect(document.querySelector("dialog")?.open).toBe(true);
  expect(document.activeElement?.textContent).toContain("接听");
  unmount();
  expect(document.activeElement?.id).toBe("work");
});

test("who writes goes on writing", async () => {
  await ring("<input id=name>", "#name");
  expect(document.activeElement?.id).toBe("name");
});

test("over an open dialog it is one itself, so that it can be answered", async () => {
  await ring("<dialog open><button id=work></button></dialog>", "#work");
  expect(modal).toEqual(["ringing"]);
  expect(document.activeElement?.textContent).toContain("接听");
});

test("who writes in the dialog below answers by no key meant for it", async () => {
  await ring("<dialog open><textarea id=why></textarea></dialog>", "#why");
  expect(modal).toEqual(["ringing"]);
  expect(document.activeElement?.tagName).toBe("STRONG");
});
