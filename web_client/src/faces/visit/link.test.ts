import { beforeEach, expect, test } from "vitest";
import { keptLink, takeLink } from "./link";

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
