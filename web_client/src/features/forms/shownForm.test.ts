import { expect, test, vi } from "vitest";
import { ref } from "vue";
import { Emitter } from "@/core/connection/emitter";
import type { FormLayoutView, FormValueView, FormView, ViewEvent } from "@/core/protocol";
import { shownForm } from "./shownForm";

function made() {
  const views = new Emitter<ViewEvent>();
  const restart = vi.fn();
  const looked = ref("case-a");
  const form = shownForm({ views, restart }, () => looked.value);
  const tell = (data: FormLayoutView | FormView) =>
    views.emit({ type: "event", topic: `form:${data.case_id}`, sequence: 1, data });
  return { form, looked, restart, tell };
}

const layout = (case_id: string, form_id: string): FormLayoutView => ({
  type: "form_layout_view",
  case_id,
  available: true,
  form_id,
  state: "draft",
  version: "1",
  sections: [],
  side: "clerk",
  document_id: null,
});

const row = (value: string): FormValueView => ({
  field_id: "name",
  value,
  hidden: false,
  wrong: false,
  sequence: 1,
  side: "clerk",
  by: "张窗口",
  yours: true,
  at: "2026-11-30T08:00:00Z",
});

const values = (case_id: string, form_id: string, change: Partial<FormView>): FormView => ({
  type: "form_view",
  version: 1,
  whole: true,
  changed: [],
  gone: [],
  case_id,
  form_id,
  focus: [],
  ...change,
});

test("a case is never shown what stands in another's form", () => {
  const { form, looked, restart, tell } = made();
  tell(layout("case-a", "a"));
  tell(values("case-a", "a", { changed: [row("王")] }));
  expect(form.rows.value.get("name")?.value).toBe("王");
  looked.value = "case-b";
  tell(layout("case-b", "b"));
  expect([form.formId.value, form.rows.value.size]).toEqual(["b", 0]);
  tell(values("case-b", "b", { changed: [row("李")] }));
  // Of the former case something was under way.
  tell(values("case-a", "a", { version: 2, whole: false, changed: [row("赵")] }));
  expect(form.rows.value.get("name")?.value).toBe("李");
  expect(restart).not.toHaveBeenCalled();
  looked.value = "case-a";
  expect(form.rows.value.size).toBe(0);
});

test("values of the form before are not shown in the one that follows it", () => {
  const { form, tell } = made();
  tell(layout("case-a", "first"));
  tell(values("case-a", "first", { changed: [row("王")] }));
  tell(layout("case-a", "second"));
  expect([form.formId.value, form.rows.value.size]).toEqual(["second", 0]);
  tell(values("case-a", "second", { version: 2, whole: false, changed: [row("李")] }));
  expect(form.rows.value.get("name")?.value).toBe("李");
});

test("a change that is missing has everything sent anew", () => {
  const { restart, tell } = made();
  tell(values("case-a", "a", {}));
  tell(values("case-a", "a", { version: 3, whole: false }));
  expect(restart).toHaveBeenCalledOnce();
});
