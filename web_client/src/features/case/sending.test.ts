import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refusal, unreachable } from "@/core/connection/refusal";
import type { PageUpload } from "@/core/connection/upload";
import { PagesUnderWay } from "./sending";

const page = (materialId = "m1"): PageUpload => ({
  caseId: "c1",
  materialId,
  capture: "file",
  image: new Blob(["x"]),
  replaces: null,
  place: { url: null },
});
const full = Refusal.fromServer("disk_full", "存储空间不足", 507);

/** Answers each try in turn: with what is raised, or by taking the page. */
function sends(...answers: (Refusal | null)[]) {
  const deliver = vi.fn(async () => {
    const answer = answers.shift();
    if (answer) throw answer;
  });
  return { deliver, under: new PagesUnderWay(deliver, () => true) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a page that was taken is on its way no more", async () => {
  const { under } = sends(null);
  under.add(page());
  expect(under.all.value.map((one) => one.state)).toEqual(["going"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(under.all.value).toEqual([]);
});

test("a broken link is waited for, and the page goes on by itself with longer pauses", async () => {
  const { under, deliver } = sends(unreachable(), unreachable(), null);
  under.add(page());
  await vi.advanceTimersByTimeAsync(0);
  expect(under.all.value[0]?.state).toBe("waiting");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(deliver).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(3_999);
  expect(deliver).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(deliver).toHaveBeenCalledTimes(3);
  expect(under.all.value).toEqual([]);
});

test("the link that is back is not waited for any longer", async () => {
  const { under, deliver } = sends(unreachable(), null);
  under.add(page());
  await vi.advanceTimersByTimeAsync(10);
  under.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(deliver).toHaveBeenCalledTimes(2);
});

test("without a network nothing is tried until it is back", async () => {
  const deliver = vi.fn(() => Promise.reject(unreachable()));
  const under = new PagesUnderWay(deliver, () => false);
  under.add(page());
  await vi.advanceTimersByTimeAsync(600_000);
  expect(deliver).toHaveBeenCalledTimes(1);
  under.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(deliver).toHaveBeenCalledTimes(2);
});

test("what the server refuses is told and goes on only when a person says so", async () => {
  const { under, deliver } = sends(full, null);
  under.add(page());
  await vi.advanceTimersByTimeAsync(600_000);
  expect(deliver).toHaveBeenCalledTimes(1);
  const [one] = under.all.value;
  expect([one?.state, one?.refusal?.code]).toEqual(["refused", "disk_full"]);
  if (one) under.again(one);
  await vi.advanceTimersByTimeAsync(0);
  expect(under.all.value).toEqual([]);
});

test("what is given up is not sent again", async () => {
  const { under, deliver } = sends(unreachable(), null);
  under.add(page());
  await vi.advanceTimersByTimeAsync(0);
  under.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deliver).toHaveBeenCalledTimes(1);
  expect(under.all.value).toEqual([]);
});
