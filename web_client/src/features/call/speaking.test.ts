import { expect, test } from "vitest";
import type { SlotsView } from "@/core/protocol";
import { heardNow } from "./speaking";

const voice = (mid: string, member: string | null) => ({ mid, kind: "voice", member });
const slots = {
  slots: [
    voice("1", "point"),
    voice("2", "guest-a"),
    voice("3", null),
    { mid: "4", kind: "face", member: "guest-b" },
  ],
  people: [{ member: "point" }, { member: "guest-a" }, { member: "guest-b" }],
} as unknown as SlotsView;
const at = (now: number, loud: [string, number][], before: ReadonlyMap<string, number> = new Map()) =>
  heardNow(before, slots, new Map(loud), now);

test("who is louder than breathing speaks, and still does in a pause between words", () => {
  const first = at(0, [
    ["1", 0.2],
    ["2", 0.001],
    ["3", 0.5],
    ["4", 0.5],
  ]);
  expect([...first.keys()]).toEqual(["point"]);
  expect([...at(700, [["2", 0.3]], first).keys()]).toEqual(["point", "guest-a"]);
  expect([...at(701, [], first).keys()]).toEqual([]);
});

test("who has left the call does not speak in it, and nobody does before there is one", () => {
  expect(heardNow(new Map([["guest-z", 0]]), slots, new Map(), 100).size).toBe(0);
  expect(heardNow(new Map([["point", 0]]), null, new Map([["1", 1]]), 100).size).toBe(0);
});
