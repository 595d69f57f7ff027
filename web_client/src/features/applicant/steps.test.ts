import { expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { TicketView } from "@/core/protocol";
import { FROM_THE_TICKET, guard, type Step, stepOf } from "./steps";

const ticket = (state: TicketView["state"]) => ({ state }) as TicketView;

test.each([
  [null, "choose"],
  [ticket("waiting"), "waiting"],
  [ticket("no_show"), "waiting"],
  [ticket("called"), "call"],
  [ticket("on_hold"), "call"],
  [ticket("completed"), "finished"],
] as const)("%o stands at %s", (given, step) => {
  expect(stepOf(given)).toBe(step);
});

const nothing = { template: "" };
const ROUTES = [
  { path: "/", name: "choose", component: nothing, meta: { step: "choose" } },
  { path: "/items/:itemId", name: "item", component: nothing, meta: { step: "choose" } },
  ...FROM_THE_TICKET,
];

async function walk(step: { now: Step }) {
  const refused = vi.fn();
  const router = createRouter({ history: createMemoryHistory(), routes: ROUTES });
  router.beforeEach(guard(() => step.now, refused));
  await router.push("/");
  return { router, refused };
}

test("Back goes from the item to the search, and never out of a call", async () => {
  const step: { now: Step } = { now: "choose" };
  const { router, refused } = await walk(step);
  await router.push("/items/i1");
  router.back();
  await vi.waitFor(() => expect(router.currentRoute.value.name).toBe("choose"));
  expect(refused).not.toHaveBeenCalled();
  await router.push("/items/i1");
  step.now = "call";
  await router.replace({ name: "call" });
  router.back();
  await vi.waitFor(() => expect(refused).toHaveBeenCalledWith("call"));
  expect(router.currentRoute.value.name).toBe("call");
});

test("a page that is opened at another step goes to the visit's own", async () => {
  const { router, refused } = await walk({ now: "waiting" });
  expect(router.currentRoute.value.name).toBe("waiting");
  expect(refused).not.toHaveBeenCalled();
});
