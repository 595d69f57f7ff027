import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick, ref } from "vue";
import DropArea from "@/kit/DropArea.vue";
import { setLanguage } from "@/kit/i18n";
import { exampleCase, exampleMaterial } from "./examples.testing";
import { useOutgoing } from "./outgoing";
import Papers from "./Papers.vue";

const PICTURE = new File(["picture"], "card.jpg", { type: "image/jpeg" });
const PAPER = new File(["paper"], "form.pdf", { type: "application/pdf" });
let unmount: () => void = () => undefined;

beforeEach(() => {
  setLanguage("zh-CN");
  setActivePinia(createPinia());
});
afterEach(() => unmount());

function show(render: () => ReturnType<typeof h>): HTMLElement {
  const host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render });
  app.use(createPinia());
  app.mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  return host;
}

/** What a browser says while `files` hang over the page, or something else does. */
function drag(kind: string, files: File[], types = ["Files"]): DragEvent {
  const event = new Event(kind, { bubbles: true, cancelable: true }) as DragEvent;
  Object.defineProperty(event, "dataTransfer", { value: { types, files, dropEffect: "none" } });
  Object.defineProperty(event, "relatedTarget", { value: null });
  return event;
}

test("files that hang over it are shown to be welcome, and taken when they are let go", async () => {
  const dropped = vi.fn();
  const host = show(() => h(DropArea, { as: "section", words: "松开", onDropped: dropped }, () => "here"));
  const area = host.querySelector("section") as HTMLElement;
  area.dispatchEvent(drag("dragenter", []));
  await nextTick();
  expect(host.textContent).toContain("松开");
  area.dispatchEvent(drag("dragleave", []));
  await nextTick();
  expect(host.textContent).not.toContain("松开");
  const drop = drag("drop", [PICTURE]);
  area.dispatchEvent(drop);
  expect(drop.defaultPrevented).toBe(true);
  expect(dropped).toHaveBeenCalledExactlyOnceWith([PICTURE]);
});

test("words that are dragged are not taken, nor is anything where nothing is wanted", () => {
  const dropped = vi.fn();
  const host = show(
    () =>
      [
        h(DropArea, { words: "", onDropped: dropped }),
        h(DropArea, { words: "", disabled: true, onDropped: dropped }),
      ] as never,
  );
  const [open, closed] = host.querySelectorAll("div");
  open?.dispatchEvent(drag("drop", [], ["text/plain"]));
  closed?.dispatchEvent(drag("drop", [PICTURE]));
  expect(dropped).not.toHaveBeenCalled();
});

test("a file that is let go beside it does not take the page's place", () => {
  show(() => h(DropArea, { words: "" }));
  const drop = drag("drop", [PICTURE]);
  document.body.dispatchEvent(drop);
  expect(drop.defaultPrevented).toBe(true);
});

test("what was dragged is looked at first, and sent only then", async () => {
  const view = exampleCase({ materials: [exampleMaterial("m1")] });
  const host = show(() => h(Papers, { view }));
  const send = vi.spyOn(useOutgoing(), "send").mockImplementation(() => undefined);
  const wanted = host.querySelector(".now") as HTMLElement;
  wanted.dispatchEvent(drag("drop", [PICTURE, PAPER]));
  await nextTick();
  const dialog = host.querySelector(".chosen") as HTMLElement;
  expect([...dialog.querySelectorAll("img")].map((one) => one.alt)).toEqual(["card.jpg"]);
  expect(dialog.textContent).toContain("form.pdf");
  expect(send).not.toHaveBeenCalled();
  const [sends, cancels] = dialog.querySelectorAll("button");
  cancels?.click();
  await nextTick();
  expect(host.querySelector(".chosen")).toBeNull();
  expect(send).not.toHaveBeenCalled();

  wanted.dispatchEvent(drag("drop", [PICTURE, PAPER]));
  await nextTick();
  expect(sends).toBeTruthy();
  host.querySelector<HTMLButtonElement>(".chosen .primary")?.click();
  expect(send.mock.calls.map(([one]) => one.image)).toEqual([PICTURE, PAPER]);
});

test("what was chosen while the page of waiting became the call is still there to be sent", async () => {
  const shown = ref("waiting");
  const view = exampleCase({ materials: [exampleMaterial("m1")] });
  const host = show(() => h(Papers, { view, key: shown.value }));
  host.querySelector(".now")?.dispatchEvent(drag("drop", [PAPER]));
  await nextTick();
  shown.value = "call";
  await nextTick();
  expect(host.querySelectorAll(".chosen")).toHaveLength(1);
  expect(host.querySelector(".chosen")?.textContent).toContain("form.pdf");
});
