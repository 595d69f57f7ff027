import { createPinia, type Pinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Component, createApp, h, nextTick } from "vue";
import type { PaperGuideView, SignedInBody } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import GhostOutline from "./GhostOutline.vue";
import { type Hint, RESTS_MS, STAYS_MS, useGuidance } from "./guidance";
import HintButtons from "./HintButtons.vue";
import HintWords from "./HintWords.vue";

const spoken: string[] = [];
let pinia: Pinia;
let page: ReturnType<typeof usePage>;
const unmounts: (() => void)[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  spoken.length = 0;
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      constructor(readonly text: string) {}
    },
  );
  vi.stubGlobal("speechSynthesis", {
    getVoices: () => [{ lang: "zh-CN", localService: true }],
    speak: ({ text }: { text: string }) => spoken.push(text),
    cancel: () => undefined,
  });
  await setLanguage("zh-CN");
  pinia = createPinia();
  setActivePinia(pinia);
  page = usePage();
  page.signedIn = { face: "point" } as SignedInBody;
});
afterEach(() => {
  for (const unmount of unmounts.splice(0)) unmount();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function show(component: Component, given: object): HTMLElement {
  const host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(component, given, () => "把纸放平") });
  app.use(pinia).mount(host);
  unmounts.push(() => {
    app.unmount();
    host.remove();
  });
  return host;
}

let number = 0;
async function told(
  hint: Hint | null,
  lies: PaperGuideView["lies"] = null,
  material_id: string | null = "m1",
) {
  const said = hint && { number: ++number, hint };
  const data: PaperGuideView = { type: "paper_guide_view", material_id, lies, said };
  page.connection.views.emit({ type: "event", topic: "paper_guide", sequence: number, data });
  await nextTick();
}

test("the clerk's hint stands there in large words, is spoken once, and goes by itself", async () => {
  const guidance = useGuidance();
  const host = show(HintWords, {});
  expect(host.querySelector("[role=status]")?.textContent).toContain("把纸放平");
  await told("upright", "upright");
  expect(host.querySelector("[role=status] strong")?.textContent).toBe("请竖着放，跟框一致");
  expect(guidance.liesOf("m1")).toBe("upright");
  expect(guidance.liesOf("m2")).toBeNull();
  expect(spoken).toEqual(["请竖着放，跟框一致"]);
  // The same view again, after a reconnect, is no new hint.
  page.connection.views.emit({
    type: "event",
    topic: "paper_guide",
    sequence: 9,
    data: { type: "paper_guide_view", material_id: "m1", lies: "upright", said: { number, hint: "upright" } },
  });
  expect(spoken.length).toBe(1);
  vi.advanceTimersByTime(STAYS_MS);
  await nextTick();
  expect(host.querySelector("strong")).toBeNull();
});

test("a paper that was photographed takes its hint along", async () => {
  const guidance = useGuidance();
  await told("here");
  expect(guidance.hint).toBe("here");
  await told(null, null, null);
  expect(guidance.hint).toBeNull();
});

test("what the page sees by itself waits until what was said is followed", async () => {
  const guidance = useGuidance();
  await told("flatter");
  vi.advanceTimersByTime(RESTS_MS - 1);
  guidance.notice("closer");
  expect(guidance.hint).toBe("flatter");
  vi.advanceTimersByTime(1);
  guidance.notice("closer");
  expect(guidance.hint).toBe("closer");
  await told("here");
  expect(guidance.hint).toBe("here");
});

test("a silenced voice leaves the words, and without a voice there is nothing to silence", async () => {
  const host = show(HintWords, {});
  const mute = host.querySelector<HTMLButtonElement>("button");
  expect(mute?.getAttribute("aria-label")).toBe("不再读出提示");
  mute?.click();
  await told("here");
  expect(spoken).toEqual([]);
  expect(host.querySelector("strong")?.textContent).toBe("请放到框里");
  expect(mute?.getAttribute("aria-label")).toBe("读出提示");
  await setLanguage("en");
  await nextTick();
  expect(host.querySelector("strong")?.textContent).toBe("Put it inside the outline");
  expect(host.querySelector("button")).toBeNull();
});

test("nothing that was said, and no silence, is left for who signs in next", async () => {
  const guidance = useGuidance();
  await told("here", "upright");
  guidance.muted = true;
  page.session.changed.emit(null);
  expect([guidance.hint, guidance.liesOf("m1"), guidance.muted]).toEqual([null, null, false]);
});

test("the outline lies on the picture, turns as the clerk has said, and carries the hint's arrow", async () => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(private readonly tell: (all: object[]) => void) {}
      observe(): void {
        this.tell([{ contentRect: { width: 800, height: 400 } }]);
      }
      disconnect(): void {}
    },
  );
  const picture = { width: 1600, height: 1200 };
  const box = (host: HTMLElement) =>
    ["x", "y", "width", "height"].map((one) => Number(host.querySelector(".place")?.getAttribute(one)));
  const sideways = show(GhostOutline, { sheet: "a4", lies: null, picture });
  const upright = show(GhostOutline, { sheet: "a4", lies: "upright", picture });
  await nextTick();
  // The picture is 533 pixels wide in the middle of the tile.
  const [x = 0, y = 0, width = 0, height = 0] = box(sideways);
  expect(x).toBeGreaterThan(133);
  expect(width / height).toBeCloseTo(297 / 210);
  expect([x + width / 2, y + height / 2]).toEqual([expect.closeTo(400), expect.closeTo(200)]);
  const [, , narrow = 0, tall = 0] = box(upright);
  expect(narrow / tall).toBeCloseTo(210 / 297);
  expect(tall).toBeCloseTo(360);
  expect(sideways.querySelector("svg title")?.textContent).toBe("A4 纸放这里");
  expect(sideways.querySelectorAll(".arrow").length).toBe(0);
  await told("closer");
  expect(sideways.querySelectorAll(".arrow:not(.under)").length).toBe(4);
});

test("the clerk says it with one press, and is told that it was said", async () => {
  const sent: unknown[] = [];
  vi.spyOn(page.connection, "command").mockImplementation((async (type: string, fields: object) => {
    sent.push([type, fields]);
    return null;
  }) as never);
  const host = show(HintButtons, { caseId: "c1", materialId: "m1" });
  const buttons = [...host.querySelectorAll("button")];
  expect(buttons.map((one) => one.textContent?.trim())).toContain("竖放");
  buttons.find((one) => one.textContent?.includes("竖放"))?.click();
  await vi.waitFor(() => expect(host.querySelector("[role=status]")?.textContent).toContain("请竖着放"));
  expect(sent).toEqual([["guide_paper", { case_id: "c1", material_id: "m1", hint: "upright" }]]);
});
