import { createPinia, setActivePinia } from "pinia";
import { afterEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import type { CaseView, DocumentView, TicketView } from "@/core/protocol";
import { exampleCase } from "@/features/case/examples.testing";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import Finished from "./Finished.vue";

const TICKET = {
  ticket_id: "t1",
  number: "A001",
  item_name: { zh: "高龄津贴申领", en: "Old-age allowance" },
  applicant_name: "王秀英",
} as TicketView;
const SUMMARY = {
  document_id: "d1",
  kind: "summary",
  title: { zh: "办事小结", en: "Summary of the visit" },
  state: "sealed",
  pdf_url: "/documents/d1",
} as DocumentView;
let unmount: () => void;
afterEach(() => unmount());

function show(view: CaseView | null): HTMLElement {
  setLanguage("zh-CN");
  const pinia = createPinia();
  setActivePinia(pinia);
  const host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(Finished, { ticket: TICKET, view }) });
  app.use(pinia);
  app.mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  return host;
}

const button = (host: HTMLElement, words: string) =>
  [...host.querySelectorAll("button")].find((one) => one.textContent?.includes(words));

test("who only asked something rates as well as whose case was decided", async () => {
  const host = show(exampleCase());
  const command = vi.spyOn(usePage().connection, "command").mockResolvedValue(null as never);
  button(host, "非常满意")?.click();
  await nextTick();
  expect(command).toHaveBeenCalledWith("rate_case", { case_id: "case-1", level: 5, remark: "" });
});

test("what was agreed is there to take along, and nothing where nothing was", () => {
  expect(button(show(exampleCase({ documents: [SUMMARY] })), "下载办事小结")).toBeTruthy();
  unmount();
  expect(button(show(exampleCase()), "下载办事小结")).toBeUndefined();
});

test("without a case there is nothing to rate", () => {
  expect(button(show(null), "非常满意")).toBeUndefined();
});
