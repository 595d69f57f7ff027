import { createPinia } from "pinia";
import { expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import { setLanguage } from "@/kit/i18n";
import { part } from "./part";

function mounted(root: () => unknown): HTMLElement {
  const host = document.createElement("div");
  createApp(root as never)
    .use(createPinia())
    .mount(host);
  return host;
}

const Greeting = { props: ["name"], render: (own: { name: string }) => h("p", `Hello ${own.name}`) };

test("a part that does not come is told in words, and comes when it is tried again", async () => {
  vi.useFakeTimers();
  await setLanguage("en");
  let there = false;
  const load = vi.fn(() =>
    there ? Promise.resolve({ default: Greeting }) : Promise.reject(new Error("offline")),
  );
  const Part = part(load);
  const host = mounted(() => h(Part, { name: "Wang" }));
  expect(host.textContent).toContain("Loading");
  await vi.advanceTimersByTimeAsync(0);
  expect(host.querySelector("[role=alert]")?.textContent).toContain("cannot be reached");
  expect(host.querySelector("button")?.textContent).toContain("Try again");
  there = true;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(host.textContent).toBe("Hello Wang");
  expect(load).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});

test("a part that was fetched before is shown at once", async () => {
  const load = vi.fn(() => Promise.resolve({ default: Greeting }));
  const Part = part(load);
  await Promise.all([Part.fetch(), Part.fetch()]);
  const host = mounted(() => h(Part, { name: "Li" }));
  await nextTick();
  expect(host.textContent).toBe("Hello Li");
  expect(load).toHaveBeenCalledTimes(1);
});

test("a component makes no part for itself, which the page would keep", () => {
  const setup = () => {
    part(() => Promise.resolve({ default: Greeting }));
    return () => null;
  };
  expect(() => mounted({ setup } as never)).toThrow("made by a module");
});
