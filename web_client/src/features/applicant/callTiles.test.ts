import { createPinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import type { SlotsView } from "@/core/protocol";
import { useCall } from "@/features/call/call";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import CallTiles from "./CallTiles.vue";

type Person = SlotsView["people"][number];
const CLERK = { member: "window", name: "李明", role: "window", guest: null } as const;
const SIGNER = { member: "guest-s", name: "赵雨", role: null, guest: "sign_interpreter" } as const;
const helper = (number: number) =>
  ({ member: `guest-${number}`, name: `帮办${number}`, role: null, guest: "helper" }) as const;
const HELPERS = Array.from({ length: 13 }, (_, number) => helper(number));

/** The view of a call in which these slots show these of the people. */
function view(people: readonly Partial<Person>[], shown: readonly Partial<Person>[]): SlotsView {
  return {
    type: "slots_view",
    admitted: true,
    people: people.map((one) => ({ paused: [], unheard: false, pinned: false, ...one })) as Person[],
    slots: shown.map((one, index) => ({
      mid: `${index}`,
      kind: "face",
      participant_name: one.name ?? null,
      participant_role: one.role ?? null,
      guest: one.guest ?? null,
      member: one.member ?? null,
      source: "camera",
      paused: [],
      surface: null,
    })),
    other_side: "connected",
    other_paused: [],
    whispering: [],
    video: "all",
    only_sound: false,
    sizes: true,
    camera: null,
  };
}

let host: HTMLElement;
let call: ReturnType<typeof useCall>;
let unmount: () => void;

beforeEach(() => {
  setLanguage("zh-CN");
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(CallTiles, { who: "窗口 · 李明", held: false }) });
  app.use(createPinia());
  app.mount(host);
  call = useCall();
  unmount = () => app.unmount();
});

afterEach(() => {
  unmount();
  host.remove();
  vi.restoreAllMocks();
});

async function show(now: SlotsView): Promise<void> {
  call.slots = now;
  await nextTick();
}

const strip = () => host.querySelector<HTMLElement>(".strip") as HTMLElement;
const names = () => [...strip().querySelectorAll("video")].map((one) => one.getAttribute("aria-label") ?? "");

test("of sixteen everybody has a tile, who signs always the large one, and the strip scrolls by keyboard", async () => {
  await show(view([CLERK, SIGNER, ...HELPERS], [SIGNER, CLERK, ...HELPERS.slice(0, 4)]));
  expect(names()).toEqual([...HELPERS.map((one) => `${one.name} · 帮办`), "我"]);
  expect(host.querySelector(".signer video")?.getAttribute("aria-label")).toBe("赵雨 · 手语翻译");
  expect([strip().classList.contains("crowd"), strip().tabIndex]).toEqual([true, 0]);
  expect(strip().getAttribute("aria-label")).toBe("通话中的人");
  expect(strip().textContent).toContain("未显示画面");
});

test("when others speak nobody's tile moves; who is not heard yet is said", async () => {
  const people = [CLERK, SIGNER, ...HELPERS];
  await show(view(people, [SIGNER, CLERK, ...HELPERS.slice(0, 4)]));
  const before = [...strip().children];
  await show(
    view(
      [CLERK, SIGNER, ...HELPERS.slice(0, 12), { ...helper(12), unheard: true }],
      [SIGNER, CLERK, ...HELPERS.slice(6, 10)],
    ),
  );
  expect([...strip().children]).toEqual(before);
  const last = strip().children[12] as HTMLElement;
  expect(last.textContent).toContain("稍后就能听到");
  expect(last.classList.contains("speaking")).toBe(true);
});

test("who is to be seen always is pressed, and pressed again is let go", async () => {
  const sent = vi.spyOn(usePage(), "command").mockResolvedValue(undefined as never);
  await show(view([CLERK, SIGNER, ...HELPERS], [SIGNER, CLERK]));
  const pin = () => strip().querySelector<HTMLButtonElement>("button.pin") as HTMLButtonElement;
  expect(pin().getAttribute("aria-label")).toBe("始终显示帮办0 · 帮办");
  pin().click();
  await show(view([CLERK, SIGNER, { ...helper(0), pinned: true }, ...HELPERS.slice(1)], [SIGNER, CLERK]));
  expect(pin().getAttribute("aria-pressed")).toBe("true");
  pin().click();
  expect(sent.mock.calls).toEqual([
    ["pin_person", { member: "guest-0" }],
    ["pin_person", { member: null }],
  ]);
});

test("a call of two or three has no strip that scrolls, and nobody to keep in view", async () => {
  await show(view([CLERK], [CLERK]));
  expect(names()).toEqual(["我"]);
  await show(view([CLERK, helper(0)], [CLERK, helper(0)]));
  expect(names()).toEqual(["帮办0 · 帮办", "我"]);
  expect([strip().classList.contains("crowd"), strip().tabIndex]).toEqual([false, -1]);
  expect(host.querySelector("button.pin")).toBeNull();
});
