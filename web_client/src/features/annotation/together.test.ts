import { createPinia, type Pinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick, reactive } from "vue";
import type { Together as Shown } from "@/core/protocol";
import { setLanguage } from "@/kit/i18n";
import Together from "./Together.vue";

const PAGE: Shown = {
  kind: "page",
  surface: "page.one",
  picture_url: "/api/v1/pages/one/image",
  page_id: "one",
  by: "陈莹",
  leading: true,
  x: 3000,
  y: 4000,
  scale: 2.5,
};
const ROOM = { width: 620, height: 877 };
let pinia: Pinia;
const unmounts: (() => void)[] = [];

beforeEach(async () => {
  await setLanguage("zh-CN");
  pinia = createPinia();
  setActivePinia(pinia);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no server here")));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(private readonly tell: (all: object[]) => void) {}
      observe(): void {
        this.tell([{ contentRect: ROOM }]);
      }
      disconnect(): void {}
    },
  );
});
afterEach(() => {
  for (const unmount of unmounts.splice(0)) unmount();
  vi.unstubAllGlobals();
});

async function shown(together: Shown): Promise<() => string[]> {
  const host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(Together, { together }) });
  app.use(pinia).mount(host);
  unmounts.push(() => {
    app.unmount();
    host.remove();
  });
  await nextTick();
  return () => {
    const style = host.querySelector<HTMLElement>(".sheet")?.style;
    return [style?.left ?? "", style?.top ?? "", style?.width ?? ""];
  };
}

test("who leads sees what everybody sees, also after the page was left or loaded anew", async () => {
  const follower = (await shown({ ...PAGE, leading: false }))();
  expect(follower[2]).toBe(`${ROOM.width * PAGE.scale}px`);
  expect((await shown(PAGE))()).toEqual(follower);
});

test("another page that is laid out is seen as it lies there", async () => {
  const together = reactive({ ...PAGE });
  const where = await shown(together);
  Object.assign(together, { surface: "page.two", scale: 1, x: 5000, y: 5000 });
  await nextTick();
  expect(where()[2]).toBe(`${ROOM.width}px`);
});
