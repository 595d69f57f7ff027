import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import type { AnnotationsView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { useAnnotation } from "./annotation";

const view = (session_id: string): AnnotationsView => ({
  type: "annotations_view",
  version: 1,
  whole: true,
  changed: [],
  gone: [],
  session_id,
  may_draw: true,
  you: null,
  clerk: true,
  own: "window",
  people: [],
  pointers: [],
  together: null,
  photograph: null,
  freezing: null,
  keeping: null,
});

test("nothing that was written or told in one call is there in the next", () => {
  setActivePinia(createPinia());
  const annotation = useAnnotation();
  const tell = (data: AnnotationsView) =>
    usePage().connection.views.emit({ type: "event", topic: "annotations", sequence: 1, data });
  tell(view("one"));
  annotation.tool = "text";
  annotation.text = "此处签名";
  annotation.said = "王芳写了一处";
  tell(view("two"));
  expect(annotation.tool).toBeNull();
  expect(annotation.text).toBe("");
  expect(annotation.said).toBe("");
});
