import { createPinia, setActivePinia } from "pinia";
import { expect, test, vi } from "vitest";
import { effectScope } from "vue";
import { useLoaded } from "./loaded";
import { usePage } from "./page";

test("the answer to an earlier asking does not take the place of a newer one", async () => {
  setActivePinia(createPinia());
  const answers: ((body: string) => void)[] = [];
  vi.spyOn(usePage().http, "get").mockImplementation(
    (() => new Promise((resolve) => answers.push(resolve))) as never,
  );
  const scope = effectScope();
  const loaded = scope.run(() => useLoaded<string>(() => "/here"));
  const again = loaded?.load();
  answers[1]?.("after");
  await again;
  answers[0]?.("before");
  await new Promise((resolve) => setTimeout(resolve));
  expect(loaded?.body.value).toBe("after");
  expect(loaded?.busy.value).toBe(false);
  scope.stop();
});
