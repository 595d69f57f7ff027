import { expect, test } from "vitest";
import { Refusal, unreachable } from "./refusal";
import { isPassing, worthRepeating } from "./upload";

test("a link that breaks and a busy server are tried again, a refusal and a full disk are told", () => {
  const repeated = [0, 409, 423, 500, 502, 503].map(worthRepeating);
  expect(repeated).toEqual(repeated.map(() => true));
  const told = [400, 403, 404, 413, 429, 460, 507].map(worthRepeating);
  expect(told).toEqual(told.map(() => false));
});

test("what goes by itself is waited for, what the server has decided is told", () => {
  const said = (code: string, status: number) => isPassing(Refusal.fromServer(code, "", status));
  expect(isPassing(unreachable())).toBe(true);
  expect(said("imaging_busy", 503)).toBe(true);
  expect(said("offset_mismatch", 409)).toBe(true);
  expect(said("same_page_again", 409)).toBe(false);
  expect(said("pages_reviewed", 409)).toBe(false);
  expect(said("disk_full", 507)).toBe(false);
  expect(said("internal_error", 500)).toBe(false);
});
