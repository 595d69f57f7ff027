import { beforeEach, expect, test } from "vitest";
import { browserKey, isLinkToRead, isLinkToSend, keptLink, takeLink } from "./link";

const SECRET = "0123456789abcdef".repeat(2);

beforeEach(() => sessionStorage.clear());

test("the secret is kept for a reload, and is gone from the address", () => {
  history.replaceState(null, "", `/visit#${SECRET}`);
  takeLink();
  expect(location.hash).toBe("");
  expect(keptLink()).toBe(SECRET);
  takeLink();
  expect(keptLink()).toBe(SECRET);
});

test.each(["", "#/waiting", "#0123", `#${SECRET}0`, `#${SECRET.toUpperCase()}`])("%s is no link", (hash) => {
  history.replaceState(null, "", `/visit${hash}`);
  takeLink();
  expect(keptLink()).toBeNull();
});

test("a browser has one key, which no other has", () => {
  const key = browserKey();
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(browserKey()).toBe(key);
  localStorage.clear();
  expect(browserKey()).not.toBe(key);
});

test("the link of a visit opens no call", () => {
  history.replaceState(null, "", `/visit#${SECRET}`);
  takeLink();
  history.replaceState(null, "", "/guest");
  expect(keptLink()).toBeNull();
});

test("each kind of secret leads to its own page", () => {
  const send = "ACDEFGHJKM".repeat(2);
  const read = `${send}ACDEFGHJ`;
  const all = [SECRET, send, read, `${read}A`, null];
  expect(all.filter(isLinkToSend)).toEqual([send]);
  expect(all.filter(isLinkToRead)).toEqual([read]);
  history.replaceState(null, "", `/visit#${read}`);
  takeLink();
  expect(keptLink()).toBe(read);
});
