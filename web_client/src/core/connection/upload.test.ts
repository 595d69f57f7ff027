import { expect, test } from "vitest";
import { worthRepeating } from "./upload";

test("a link that breaks and a busy server are tried again, a refusal and a full disk are told", () => {
  const repeated = [0, 409, 423, 500, 502, 503].map(worthRepeating);
  expect(repeated).toEqual(repeated.map(() => true));
  const told = [400, 403, 404, 413, 429, 460, 507].map(worthRepeating);
  expect(told).toEqual(told.map(() => false));
});
