import { beforeEach, expect, test } from "vitest";
import { effectScope, nextTick } from "vue";
import { useTour } from "./tour";

const STOPS = [
  { words: "help", at: ".first" },
  { words: "help", at: ".absent" },
] as const;
const framed = () => [...document.querySelectorAll("[data-toured]")].map((one) => one.className);

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = '<p class="first"></p>';
});

test("a tour goes from stop to stop, frames what it speaks of, and is not shown again", async () => {
  const scope = effectScope();
  const tour = scope.run(() => useTour("point", STOPS));
  if (!tour) throw new Error("no scope");
  await nextTick();
  expect(framed()).toEqual(["first"]);
  tour.go(1);
  await nextTick();
  expect([tour.number.value, framed()]).toEqual([1, []]);
  tour.go(1);
  await nextTick();
  expect(tour.stop.value).toBeNull();
  expect(scope.run(() => useTour("point", STOPS))?.stop.value).toBeNull();
  expect(scope.run(() => useTour("window", STOPS))?.stop.value).not.toBeNull();
  scope.stop();
});

test("a tour that is asked for again begins at its first stop", () => {
  localStorage.setItem("cloud-window-tour-point", "yes");
  const scope = effectScope();
  const tour = scope.run(() => useTour("point", STOPS));
  tour?.start();
  tour?.go(-1);
  expect(tour?.number.value).toBe(0);
  scope.stop();
});
