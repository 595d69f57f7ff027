// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createApp, h, nextTick, ref } from "vue";
import Tabs from "./Tabs.vue";

test("arrow keys turn round, Home and End go to the ends, and the focus goes along", async () => {
  const chosen = ref("a");
  const place = document.body.appendChild(document.createElement("div"));
  const app = createApp(() =>
    h(Tabs<string>, {
      label: "list",
      panel: "panel",
      tabs: ["a", "b", "c"].map((id) => ({ id, text: id })),
      modelValue: chosen.value,
      "onUpdate:modelValue": (id: string) => (chosen.value = id),
    }),
  );
  app.mount(place);
  const turned: string[] = [];
  for (const key of ["ArrowLeft", "ArrowRight", "End", "Home", "ArrowRight"]) {
    const from =
      document.activeElement === document.body ? place.querySelector("button") : document.activeElement;
    from?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await nextTick();
    expect(document.activeElement?.id).toBe(`panel-${chosen.value}`);
    turned.push(chosen.value);
  }
  expect(turned).toEqual(["c", "a", "c", "a", "b"]);
  app.unmount();
});
