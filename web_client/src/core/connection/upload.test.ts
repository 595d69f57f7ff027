import { expect, test } from "vitest";
import { Refusal, unreachable } from "./refusal";
import { isPassing, worthRepeating } from "./upload";

const of = (status: number, code = "") => Refusal.fromServer(code, "", status);

test("a link that breaks and a busy server are tried again, a refusal and a full disk are told", () => {
  const repeated = [unreachable(), of(409, "offset_mismatch"), of(423), of(500), of(502), of(503)];
  expect(repeated.map(worthRepeating)).toEqual(repeated.map(() => true));
  const told = [400, 403, 404, 413, 429, 460, 507]
    .map((status) => of(status))
    .concat(of(409, "same_page_again"));
  expect(told.map(worthRepeating)).toEqual(told.map(() => false));
});

test("what goes by itself is waited for, what the server has decided is told", () => {
  const said = (code: string, status: number) => isPassing(of(status, code));
  expect(isPassing(unreachable())).toBe(true);
  expect(said("imaging_busy", 503)).toBe(true);
  expect(said("offset_mismatch", 409)).toBe(true);
  expect(said("same_page_again", 409)).toBe(false);
  expect(said("pages_reviewed", 409)).toBe(false);
  expect(said("disk_full", 507)).toBe(false);
  expect(said("internal_error", 500)).toBe(false);
});
