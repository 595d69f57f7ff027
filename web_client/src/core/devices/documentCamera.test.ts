import { beforeEach, expect, test } from "vitest";
import { documentCamera, remember } from "./documentCamera";

const camera = (deviceId: string) => ({ deviceId, kind: "videoinput", label: deviceId }) as MediaDeviceInfo;
const face = camera("face");
const desk = camera("desk");
const spare = camera("spare");

beforeEach(() => localStorage.clear());

test("the camera that shows the resident's face is never called the document camera", () => {
  expect(documentCamera([face], "face")).toBeUndefined();
  remember("face");
  expect(documentCamera([face], "face")).toBeUndefined();
  expect(documentCamera([face, desk], "face")).toBe(desk);
});

test("another camera is the document camera, first of all the one that was chosen", () => {
  expect(documentCamera([face, desk, spare], "face")).toBe(desk);
  remember("spare");
  expect(documentCamera([face, desk, spare], "face")).toBe(spare);
});

test("where nobody knows which camera shows the face, none is guessed", () => {
  expect(documentCamera([desk], undefined)).toBeUndefined();
  remember("desk");
  expect(documentCamera([desk, spare], undefined)).toBe(desk);
});
