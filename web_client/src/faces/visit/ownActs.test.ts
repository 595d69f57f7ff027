import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h } from "vue";
import { Refusal } from "@/core/connection/refusal";
import type { AppointmentSlotsBody, KeptAppointmentBody } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import OwnActs from "./OwnActs.vue";

const ONE = { number: "Y1", state: "booked", starts: "2026-11-30T09:30", moves: true } as KeptAppointmentBody;
const SLOTS = {
  days: [{ day: "2026-12-01", slots: [{ starts: "2026-12-01T09:00", places: 1 }] }],
} as unknown as AppointmentSlotsBody;
let host: HTMLElement;
let unmount: () => void;

beforeEach(async () => {
  await setLanguage("zh-CN");
  const pinia = createPinia();
  setActivePinia(pinia);
  const page = usePage();
  vi.spyOn(page.http, "get").mockResolvedValue(SLOTS as never);
  vi.spyOn(page.connection, "command").mockRejectedValue(
    new Refusal("slot_taken", { zh: "这个时间已被约满。", en: "This time is taken." }),
  );
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(OwnActs, { one: ONE }) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
});
afterEach(() => unmount());

async function press(words: string): Promise<void> {
  const button = [...host.querySelectorAll("button")].find((one) => one.textContent?.includes(words));
  button?.focus();
  button?.click();
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
}

test("why a time could not be taken goes with the choice of times, and the focus goes back", async () => {
  await press("改期");
  expect(document.activeElement?.textContent).toBe("改到什么时间？");
  await press("09:00");
  await press("改到");
  expect(host.querySelector("[role=alert]")?.textContent).toBe("这个时间已被约满。");
  await press("不改了");
  expect(host.querySelector("[role=alert]")).toBeNull();
  expect(document.activeElement?.textContent?.trim()).toBe("改期");
});
