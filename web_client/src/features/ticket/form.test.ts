import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test } from "vitest";
import { nextTick } from "vue";
import { usePage } from "@/features/page/page";
import { useForm } from "./form";

beforeEach(() => {
  sessionStorage.clear();
  setActivePinia(createPinia());
});

test("a reload goes on with the form, another item begins anew", async () => {
  const first = useForm();
  first.begin("item-001");
  first.form.name = "王秀英";
  first.form.fields["item-001-phone"] = "13812345678";
  await nextTick();
  setActivePinia(createPinia());
  const again = useForm();
  again.begin("item-001");
  expect([again.form.name, again.form.fields]).toEqual(["王秀英", { "item-001-phone": "13812345678" }]);
  again.begin("item-002");
  expect([again.form.name, again.form.fields]).toEqual(["", {}]);
});

test("nothing of a person stays when the sign-in ends", async () => {
  const forms = useForm();
  forms.begin("item-001");
  forms.form.name = "王秀英";
  await nextTick();
  expect(sessionStorage.getItem("cloud-window-form")).toContain("王秀英");
  usePage().session.changed.emit(null);
  await nextTick();
  expect(sessionStorage.getItem("cloud-window-form")).not.toContain("王秀英");
});
