import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test, vi } from "vitest";
import { nextTick } from "vue";
import type { AnnotationsView } from "@/core/protocol";
import { useAnnotation } from "@/features/annotation/annotation";
import { useCases } from "@/features/case/cases";
import { useFront } from "./front";

const together = (surface: string) =>
  ({ together: { surface, by: "王芳", leading: true } }) as unknown as AnnotationsView;
const PAGE = { kind: "material", id: "m1" } as const;

beforeEach(() => setActivePinia(createPinia()));

test("a page that the clerk opens lies before what is looked at together, until it is closed", () => {
  const opened = vi.fn();
  const own = useFront(opened);
  useAnnotation().view = together("page.1");
  useCases().open(PAGE);
  expect(own.value).toBe(true);
  expect(opened).toHaveBeenCalledOnce();
  useCases().close();
  expect(own.value).toBe(false);
});

test("what is laid before everybody afterwards comes to the front again", async () => {
  const own = useFront(() => undefined);
  const annotation = useAnnotation();
  annotation.view = together("page.1");
  await nextTick();
  useCases().open(PAGE);
  annotation.view = together("page.2");
  await nextTick();
  expect(own.value).toBe(false);
});

test("while nothing is looked at together there is nothing to lie before", () => {
  const opened = vi.fn();
  const own = useFront(opened);
  useCases().open(PAGE);
  expect(own.value).toBe(false);
  expect(opened).not.toHaveBeenCalled();
});
