import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test, vi } from "vitest";
import { Refusal } from "@/core/connection/refusal";
import type { CaseView, FormFieldBody, FormLayoutView, SignedInBody } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { useForms } from "./forms";

const RULE: FormFieldBody["rule"] = { pattern: "^.+$", longest: 60, check: null, compact: false };
const laid = (field_id: string, zh: string, en: string) => ({
  field: { field_id, name: { zh, en }, kind: "text" as FormFieldBody["kind"], rule: RULE, choices: [] },
  required: true,
  added: false,
});
const LAYOUT = {
  type: "form_layout_view",
  case_id: "case-a",
  available: true,
  form_id: "first",
  state: "draft",
  version: "1",
  sections: [
    {
      title: { zh: "一", en: "1" },
      fields: [laid("phone", "联系电话", "Phone"), laid("bank", "开户银行", "Bank")],
    },
  ],
  side: "applicant",
  document_id: null,
} as unknown as FormLayoutView;

let page: ReturnType<typeof usePage>;
let answers: { resolve(result: object): void; reject(refusal: Refusal): void }[];

beforeEach(async () => {
  vi.useFakeTimers();
  await setLanguage("zh-CN");
  setActivePinia(createPinia());
  page = usePage();
  page.signedIn = { face: "point" } as SignedInBody;
  page.link = "open";
  useCases().view = { case_id: "case-a" } as CaseView;
  answers = [];
  // Only the wire is cut here.
  vi.spyOn(page.connection, "command").mockImplementation(
    (() => new Promise((resolve, reject) => answers.push({ resolve, reject }))) as never,
  );
});

function tell(change: Partial<FormLayoutView>): void {
  const data = { ...LAYOUT, ...change };
  page.connection.views.emit({ type: "event", topic: "form:case-a", sequence: 1, data });
}

test("what was written during a cut and a form that was finished meanwhile is told, in both languages", async () => {
  const forms = useForms();
  tell({});
  page.link = "waiting";
  forms.write("phone", "13812345678");
  forms.write("bank", "工商银行");
  await vi.runAllTimersAsync();
  expect(page.complaint).toBeNull();
  tell({ state: "finished" });
  expect(page.complaint).toContain("没有保存：联系电话、开户银行。");
  await setLanguage("en");
  expect(page.complaint).toContain("saved: Phone, Bank.");
});

test.each(["before", "after"])(
  "what the server refuses %s it says that the form is over is told as well",
  async (when) => {
    const forms = useForms();
    tell({});
    forms.write("phone", "13812345678");
    await vi.runAllTimersAsync();
    forms.write("bank", "工商银行");
    const over = new Refusal("form_over", { zh: "已结束", en: "over" });
    if (when === "after") tell({ state: "finished" });
    answers[0]?.reject(over);
    await vi.advanceTimersByTimeAsync(0);
    if (when === "before") tell({ state: "finished" });
    for (const name of ["联系电话", "开户银行"]) expect(page.complaint).toContain(name);
  },
);

test("what is stored is not told, nor anything to who signs in next", async () => {
  const forms = useForms();
  tell({});
  forms.write("phone", "13812345678");
  await vi.runAllTimersAsync();
  tell({ form_id: "second" });
  answers[0]?.resolve({ sequence: 1, value: "13812345678" });
  await vi.runAllTimersAsync();
  expect(page.complaint).toBeNull();
  page.link = "waiting";
  forms.write("bank", "工商银行");
  page.session.changed.emit(null);
  expect(page.complaint).toBeNull();
});
