import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, ref } from "vue";
import type { VisitBody } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { setLanguage } from "@/kit/i18n";
import { behind } from "./parts";
import Ready from "./Ready.vue";

const VISIT = {
  name: "周敏",
  organisation: "",
  wish: "",
  item_id: "item-001",
  item_name: { zh: "高龄津贴申领", en: "Old-age allowance" },
  site_name: { zh: "一号点", en: "Point one" },
  ends_at: "2026-12-01T09:00:00Z",
  appointment: null,
  begun: false,
} as VisitBody;
const known = ref(false);
let host: HTMLElement;
let unmount: () => void;

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
}

async function open(visit: VisitBody) {
  const pinia = createPinia();
  setActivePinia(pinia);
  const page = usePage();
  vi.spyOn(page.http, "get").mockResolvedValue(visit as never);
  const command = vi.spyOn(page.connection, "command").mockResolvedValue(null as never);
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(Ready, { known: known.value }) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  await settled();
  return command;
}

beforeEach(async () => {
  known.value = false;
  await setLanguage("zh-CN");
});
afterEach(() => unmount());

test("what is answered before the rest has come is kept, and a press waits for it", async () => {
  let come = () => {};
  vi.spyOn(behind, "fetch").mockReturnValue(
    new Promise<void>((resolve) => {
      come = resolve;
    }),
  );
  const command = await open(VISIT);
  const wish = host.querySelector("textarea");
  if (!wish) throw new Error("there is nothing to write in");
  wish.value = "想问高龄津贴怎么领";
  wish.dispatchEvent(new Event("input"));
  host.querySelectorAll<HTMLInputElement>("input[name=consent]")[1]?.click();
  await settled();
  host.querySelector<HTMLFormElement>("form")?.requestSubmit();
  await settled();
  expect(host.querySelector<HTMLButtonElement>("button[type=submit]")?.disabled).toBe(true);
  expect(command).not.toHaveBeenCalled();
  known.value = true;
  come();
  await settled();
  expect(command).toHaveBeenCalledExactlyOnceWith(
    "take_ticket",
    expect.objectContaining({ wish: "想问高龄津贴怎么领", consent_to_recording: false }),
  );
  expect(host.querySelector("textarea")).toBe(wish);
});

test("of a visit that has begun nothing is asked before the page knows where it stands", async () => {
  await open({ ...VISIT, begun: true });
  expect(host.querySelector("form")).toBeNull();
  known.value = true;
  await settled();
  expect(host.querySelector("form")).not.toBeNull();
});
