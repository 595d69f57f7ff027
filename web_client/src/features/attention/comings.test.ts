import { expect, test } from "vitest";
import type { GuestView, SessionView } from "@/core/protocol";
import { comings, type Others } from "./comings";

const call = (listeners: string[], guests: GuestView[], whispering: string[] = []): Others => ({
  session: { session_id: "s", listeners, guests } as unknown as SessionView,
  whispering,
});
const wen: GuestView = { name: "文", kind: "supervisor" };
const told = (before: Others, now: Others) => comings(before, now).map(({ kind }) => kind);

test("who comes and goes is told, and nothing of who was there before", () => {
  expect(told({ session: null, whispering: [] }, call(["文"], []))).toEqual([]);
  expect(told(call([], []), call(["文"], []))).toEqual(["listens"]);
  expect(told(call(["文"], []), call(["文"], [], ["文"]))).toEqual(["whispers"]);
  expect(told(call(["文"], [], ["文"]), call(["文"], []))).toEqual([]);
  expect(told(call([], [wen]), call([], []))).toEqual(["left"]);
});

test("who joins after listening has not stopped, and who steps back only listens", () => {
  expect(told(call(["文"], []), call([], [wen]))).toEqual(["came"]);
  expect(told(call([], [wen]), call(["文"], []))).toEqual(["left"]);
});
