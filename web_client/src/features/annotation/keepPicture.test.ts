import { createPinia, type Pinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import type { AnnotationsView, CaseView, Drawn } from "@/core/protocol";
import { useCases } from "@/features/case/cases";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { useAnnotation } from "./annotation";
import { exampleLine, tell } from "./annotations.testing";
import KeepPicture from "./KeepPicture.vue";

const STROKE = exampleLine("0.1", "frozen.one");
let pinia: Pinia;
let host: HTMLElement;
let unmount: () => void;
let kept: unknown[];

beforeEach(async () => {
  await setLanguage("zh-CN");
  pinia = createPinia();
  setActivePinia(pinia);
  kept = [];
  vi.spyOn(usePage().connection, "command").mockImplementation((async (_: string, fields: object) => {
    kept.push("drawn" in fields && fields.drawn);
    return null;
  }) as never);
  const material = { material_id: "m1", name: { zh: "身份证", en: "Card" }, state: "missing", pages: [] };
  useCases().view = { case_id: "c1", materials: [material] } as unknown as CaseView;
  useAnnotation();
  draw([]);
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(KeepPicture) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
});
afterEach(() => unmount());

function draw(changed: Drawn[]): void {
  const together = { kind: "frozen", surface: "frozen.one", x: 5000, y: 5000, scale: 1, leading: true };
  tell({ changed, together: together as AnnotationsView["together"] });
}

const box = () => host.querySelector<HTMLInputElement>("input[type=checkbox]");

async function keep(): Promise<boolean> {
  await nextTick();
  const button = host.querySelector("button");
  const possible = button?.disabled === false;
  if (possible) host.querySelector("form")?.dispatchEvent(new Event("submit"));
  await new Promise((resolve) => setTimeout(resolve));
  return possible;
}

test("kept as it is, then drawn on, it is kept again without freezing it anew", async () => {
  expect(box()?.disabled).toBe(true);
  expect(await keep()).toBe(true);
  expect(await keep()).toBe(false);
  draw([STROKE]);
  await nextTick();
  expect(box()?.disabled).toBe(false);
  box()?.click();
  expect(await keep()).toBe(true);
  expect(await keep()).toBe(false);
  draw([{ ...STROKE, points: [1, 2, 3, 4, 5, 6] }]);
  expect(await keep()).toBe(true);
  expect(kept).toEqual([false, true, true]);
});

test("with nothing drawn on it nothing is kept as drawn, and what was kept drawn was kept as it is", async () => {
  draw([STROKE]);
  await nextTick();
  box()?.click();
  await keep();
  draw([]);
  expect(await keep()).toBe(false);
  expect(kept).toEqual([true]);
});
