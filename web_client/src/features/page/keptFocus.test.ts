import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp, defineComponent, h, nextTick, ref, useTemplateRef } from "vue";
import { useKeptFocus } from "./keptFocus";

const open = ref(true);
const Whole = defineComponent(() => {
  const heading = useTemplateRef<HTMLElement>("heading");
  useKeptFocus(() => heading.value);
  return () =>
    h("section", { ref: "whole" }, [
      h("h2", { ref: "heading", tabindex: -1 }),
      open.value ? h("button", { id: "inside" }) : null,
    ]);
});
let host: HTMLElement;
let unmount: () => void;

beforeEach(() => {
  open.value = true;
  host = document.body.appendChild(document.createElement("div"));
  document.body.appendChild(document.createElement("button")).id = "outside";
  const app = createApp(Whole);
  app.mount(host);
  unmount = () => {
    app.unmount();
    document.body.replaceChildren();
  };
});
afterEach(() => unmount());

async function taken(focused: string): Promise<string | undefined> {
  document.querySelector<HTMLElement>(focused)?.focus();
  open.value = false;
  for (let turn = 0; turn < 3; turn++) await nextTick();
  return document.activeElement?.tagName;
}

test("where the button that had the focus is taken away, the heading has it", async () => {
  expect(await taken("#inside")).toBe("H2");
});

test("who is elsewhere stays there", async () => {
  expect(await taken("#outside")).toBe("BUTTON");
  expect(document.activeElement?.id).toBe("outside");
});

test("who points elsewhere is not fetched back", async () => {
  document.querySelector<HTMLElement>("#inside")?.focus();
  document.querySelector("#outside")?.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  (document.activeElement as HTMLElement).blur();
  expect(await taken("none")).toBe("BODY");
});
