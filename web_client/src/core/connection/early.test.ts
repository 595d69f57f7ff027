import { beforeEach, expect, test, vi } from "vitest";

let sent: [string, RequestInit][];
let answer: () => Promise<Response>;
let early: typeof import("./early");

beforeEach(async () => {
  vi.resetModules();
  early = await import("./early");
  sent = [];
  answer = async () => Response.json({ said: "yes" });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    sent.push([path, init]);
    return answer();
  });
});

test("the page takes what was answered before it was there, once, and both may read it", async () => {
  const before = await early.sendEarly("/visit", { "Accept-Language": "en" }, "{}");
  const taken = await early.takeEarly("/visit", "{}");
  expect(await before?.json()).toEqual(await taken?.json());
  expect(early.takeEarly("/visit", "{}")).toBeNull();
  expect(sent.map(([path, { method }]) => [path, method])).toEqual([["/visit", "POST"]]);
});

test("another request than was sent, and one that did not come, are the page's own", async () => {
  await early.sendEarly("/visit", {}, '{"link":"one"}');
  expect(early.takeEarly("/visit", '{"link":"two"}')).toBeNull();
  answer = () => Promise.reject(new TypeError("no network"));
  await expect(early.sendEarly("/entrance", {})).rejects.toThrow();
  expect(await early.takeEarly("/entrance", null)).toBeNull();
});

test("what the page has asked by itself is not asked beside it", async () => {
  expect(early.takeEarly("/visit", null)).toBeNull();
  expect(await early.sendEarly("/visit", {})).toBeNull();
  expect(sent).toEqual([]);
});
