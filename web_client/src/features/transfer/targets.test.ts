import { expect, test } from "vitest";
import { fittingTargets, targetsIn } from "./targets";

const two = (zh: string, en: string) => ({ zh, en });
const targets = targetsIn({
  clerks: [
    {
      clerk_id: "c1",
      name: "李明",
      window_name: two("1号", "Window 1"),
      site_name: two("东镇", "East"),
      busy: false,
    },
    {
      clerk_id: "c2",
      name: "王芳",
      window_name: two("2号", "Window 2"),
      site_name: two("西镇", "West"),
      busy: true,
    },
  ],
  queues: [
    {
      site_id: "s1",
      site_name: two("东镇", "East"),
      department_id: "tax",
      department_name: two("税务", "Tax"),
      waiting: 2,
    },
  ],
});
const keys = (typed: string) => fittingTargets(targets, typed).map((one) => one.key);

test("clerks come before queues, and each has a key of its own", () => {
  expect(keys("")).toEqual(["c1", "c2", "s1/tax"]);
});

test("every word is looked for, in either language, whatever its case", () => {
  expect(keys("东镇")).toEqual(["c1", "s1/tax"]);
  expect(keys("EAST tax")).toEqual(["s1/tax"]);
  expect(keys("王芳 west")).toEqual(["c2"]);
  expect(keys("北")).toEqual([]);
});
