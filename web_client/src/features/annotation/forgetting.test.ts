import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import { useAnnotation } from "./annotation";
import { tell } from "./annotations.testing";

test("nothing that was written or told in one call is there in the next", () => {
  setActivePinia(createPinia());
  const annotation = useAnnotation();
  tell({ session_id: "one" });
  annotation.tool = "text";
  annotation.text = "此处签名";
  annotation.said = "王芳写了一处";
  tell({ session_id: "two" });
  expect(annotation.tool).toBeNull();
  expect(annotation.text).toBe("");
  expect(annotation.said).toBe("");
});
