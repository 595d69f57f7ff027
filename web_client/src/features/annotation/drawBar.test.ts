import { createPinia, type Pinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { useAnnotation } from "./annotation";
import { exampleLine, tell } from "./annotations.testing";
import DrawBar from "./DrawBar.vue";

let pinia: Pinia;
let host: HTMLElement;
let unmount: () => void;
let sent: unknown[];

beforeEach(async () => {
  await setLanguage("zh-CN");
  pinia = createPinia();
  setActivePinia(pinia);
  sent = [];
  vi.spyOn(usePage().connection, "command").mockImplementation((async (type: string, fields: object) => {
    sent.push([type, fields]);
    return null;
  }) as never);
  const annotation = useAnnotation();
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(DrawBar) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  tell();
  annotation.tool = "pen";
});
afterEach(() => unmount());

async function press(words: string): Promise<boolean> {
  await nextTick();
  const button = [...host.querySelectorAll("button")].find((one) => one.textContent?.includes(words));
  button?.click();
  await nextTick();
  return button?.disabled === false;
}

test("the clerk wipes what the resident has drawn, without having drawn there", async () => {
  tell({ changed: [exampleLine("0.1", "point.document", 1)] });
  expect(await press("撤销")).toBe(false);
  expect(await press("全部清除")).toBe(true);
  expect(sent).toEqual([["clear_picture", { surface: "point.document" }]]);
});

test("who comes back to the page takes their own line back, and wipes their own alone", async () => {
  const changed = [exampleLine("1.1", "window.camera", 1), exampleLine("0.1", "point.document", 2)];
  tell({ changed, clerk: false, you: 1 });
  expect(await press("撤销")).toBe(true);
  expect(await press("清除我的")).toBe(true);
  expect(sent).toEqual([
    ["undo_line", { surface: "window.camera" }],
    ["clear_picture", { surface: "window.camera" }],
  ]);
});

test("where one has drawn just now comes first, also before the server has told it back", async () => {
  const changed = [exampleLine("0.1", "point.document", 1), exampleLine("1.1", "point.camera", 2)];
  tell({ changed, you: 0 });
  useAnnotation().begin("window.camera", 1.5, { x: 1, y: 2 }, "number")?.end();
  sent.length = 0;
  expect(await press("撤销")).toBe(true);
  expect(sent).toEqual([["undo_line", { surface: "window.camera" }]]);
});
