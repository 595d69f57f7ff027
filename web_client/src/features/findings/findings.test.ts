import { expect, test } from "vitest";
import type { FindingView } from "@/core/protocol";
import { materialOf, standing } from "./findings";

test("what is struck out or withdrawn stands no more", () => {
  const states = ["draft", "told", "answered", "struck", "withdrawn"] as const;
  const findings = states.map((state) => ({ state }) as FindingView);
  expect(standing(findings)).toBe(3);
  expect(standing([])).toBe(0);
});

test("a mark belongs to the material of its page, and to none when the page is gone", () => {
  const materials = [
    { material_id: "a", pages: [{ page_id: "a1" }] },
    { material_id: "b", pages: [{ page_id: "b1" }, { page_id: "b2" }] },
  ];
  const mark = { x: 0, y: 0, width: 0.1, height: 0.1 };
  expect(materialOf(materials, { ...mark, page_id: "b2" })).toBe("b");
  expect(materialOf(materials, { ...mark, page_id: "c1" })).toBeNull();
});
