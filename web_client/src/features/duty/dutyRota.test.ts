import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import { unreachable } from "@/core/connection/refusal";
import type { DutyRotaBody } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import DutyRota from "./DutyRota.vue";

const WANG = { staff_id: "w", name: "王", site_name: { zh: "中心", en: "Centre" } };
const ROTA: DutyRotaBody = {
  departments: ["a", "b"].map((id) => ({ department_id: id, name: { zh: id, en: id }, turns: 1 })),
  department_id: "a",
  today: "2026-11-30",
  on_duty: [WANG],
  week: [],
  turns: [
    {
      turn_id: "t1",
      person: WANG,
      weekdays: [0],
      begins: "09:00",
      ends: "17:00",
      place: 1,
      may_change: true,
    },
  ],
  exceptions: [],
  people: [WANG],
};
const MINUTE_MS = 60_000;
let host: HTMLElement;
let unmount: () => void;
let answer: () => Promise<DutyRotaBody>;

beforeEach(async () => {
  vi.useFakeTimers();
  await setLanguage("zh-CN");
  const pinia = createPinia();
  setActivePinia(pinia);
  const page = usePage();
  answer = async () => ROTA;
  vi.spyOn(page.http, "get").mockImplementation((() => answer()) as never);
  vi.spyOn(page.connection, "command").mockResolvedValue({ turn_id: "t2" } as never);
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(DutyRota) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  unmount();
  vi.useRealTimers();
});

function press(words: string): void {
  const button = [...host.querySelectorAll("button")].find((one) => one.textContent?.trim() === words);
  button?.focus();
  button?.click();
}

test("a cut of the link takes the rota away no more than what is being written in it", async () => {
  press("加一个班次");
  await nextTick();
  answer = () => Promise.reject(unreachable());
  press("保存");
  await vi.advanceTimersByTimeAsync(0);
  expect(host.querySelector("[role=alert]")?.textContent).toContain("连不上服务器");
  expect(host.querySelector("dialog")).toBeNull();
  expect(host.textContent).toContain("王");
  // The form is closed, so that the rota is asked for again by itself.
  answer = async () => ROTA;
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(host.querySelector("[role=alert]")).toBeNull();
});

test("nothing is shown or changed of one department under the name of another", async () => {
  let come = (_body: DutyRotaBody) => {};
  answer = () => new Promise((resolve) => (come = resolve));
  const select = host.querySelector("select");
  if (select) select.value = "b";
  select?.dispatchEvent(new Event("change"));
  await vi.advanceTimersByTimeAsync(0);
  expect(host.textContent).not.toContain("加一个班次");
  expect(host.textContent).not.toContain("现在值班");
  come({ ...ROTA, department_id: "b" });
  await vi.advanceTimersByTimeAsync(0);
  expect(host.textContent).toContain("加一个班次");
});

test("who removes a turn has the way back at hand, and the heading once it was undone", async () => {
  press("删除");
  await vi.advanceTimersByTimeAsync(0);
  expect(document.activeElement?.textContent?.trim()).toBe("撤销");
  press("撤销");
  await vi.advanceTimersByTimeAsync(0);
  expect(document.activeElement?.tagName).toBe("H1");
});
