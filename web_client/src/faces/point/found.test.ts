import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h, nextTick } from "vue";
import { createMemoryHistory, createRouter, type Router, RouterView } from "vue-router";
import type { FoundSupplementsView, SignedInBody } from "@/core/protocol";
import { useOutgoing } from "@/features/case/outgoing";
import { usePage } from "@/features/page/page";
import FindSupplement from "./FindSupplement.vue";
import FoundSupplement from "./FoundSupplement.vue";

const FOUND = {
  supplement_id: "s1",
  case_id: "c1",
  number: "20260302-AB12CD",
  item_name: { zh: "事项", en: "Item" },
  applicant_name: "李",
  state: "parked",
  due_on: "2026-12-07",
  days_left: 5,
  returned: "",
  papers: [],
} as unknown as FoundSupplementsView["supplements"][number];

let page: ReturnType<typeof usePage>;
let router: Router;
let host: HTMLElement;
let unmount: () => void;

beforeEach(async () => {
  const pinia = createPinia();
  setActivePinia(pinia);
  page = usePage();
  page.signedIn = { face: "point" } as SignedInBody;
  const step = { step: "choose" };
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", name: "choose", component: { render: () => null }, meta: step },
      { path: "/call", name: "call", component: { render: () => null } },
      { path: "/find", name: "find-supplement", component: FindSupplement, meta: step },
      {
        path: "/found/:supplementId",
        name: "found-supplement",
        component: FoundSupplement,
        props: true,
        meta: step,
      },
    ],
  });
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(RouterView) });
  app.use(pinia).use(router);
  await router.push("/find");
  app.mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
});
afterEach(() => unmount());

function tell(): void {
  const data: FoundSupplementsView = { type: "found_supplements_view", supplements: [FOUND] };
  page.connection.views.emit({ type: "event", topic: "found_supplements", sequence: 1, data });
}

/** Asks by number and name; the answer comes when it is called. */
async function ask(): Promise<() => Promise<void>> {
  let answer = (_found: object) => {};
  vi.spyOn(page.http, "post").mockReturnValue(new Promise((resolve) => (answer = resolve)) as never);
  for (const input of host.querySelectorAll("input")) {
    input.value = "x";
    input.dispatchEvent(new Event("input"));
  }
  await nextTick();
  host.querySelector("form")?.dispatchEvent(new Event("submit"));
  return async () => {
    answer({ supplement_id: "s1" });
    await new Promise((resolve) => setTimeout(resolve));
    tell();
    await new Promise((resolve) => setTimeout(resolve));
  };
}

test("what is found opens, and not over the call that somebody has turned to meanwhile", async () => {
  const first = await ask();
  await first();
  expect(router.currentRoute.value.name).toBe("found-supplement");
  await router.push("/find");
  const second = await ask();
  await router.push("/call");
  await second();
  expect(router.currentRoute.value.name).toBe("call");
});

test("pages of a found case that were not delivered go on no more once somebody has left it", async () => {
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  tell();
  await router.push("/found/s1");
  const outgoing = useOutgoing();
  const page = { materialId: "m1", capture: "file", image: new Blob(["x"]), replaces: null } as const;
  outgoing.send(page, "c1");
  expect(outgoing.all.length).toBe(1);
  await router.push("/call");
  expect(outgoing.all.length).toBe(0);
  vi.unstubAllGlobals();
});
