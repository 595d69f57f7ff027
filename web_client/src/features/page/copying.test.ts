import { afterEach, expect, test, vi } from "vitest";
import { shallowRef } from "vue";
import { useCopying } from "./copying";

afterEach(() => vi.unstubAllGlobals());

function filled(): HTMLInputElement {
  const input = document.createElement("input");
  input.value = "https://window.example.cn/visit#abc";
  return document.body.appendChild(input);
}

async function tried(clipboard: unknown, selection: boolean): Promise<boolean | null> {
  vi.stubGlobal("navigator", { clipboard });
  document.execCommand = () => selection;
  const { copied, copy } = useCopying(shallowRef(filled()));
  expect(copied.value).toBeNull();
  await copy();
  return copied.value;
}

test("it is copied by the browser, else by the selection, else the person is told", async () => {
  const written: string[] = [];
  const works = { writeText: async (text: string) => void written.push(text) };
  expect(await tried(works, false)).toBe(true);
  expect(written).toEqual(["https://window.example.cn/visit#abc"]);
  const refuses = { writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) };
  expect(await tried(refuses, true)).toBe(true);
  expect(await tried(undefined, true)).toBe(true);
  expect(await tried(undefined, false)).toBe(false);
  expect(await tried(refuses, false)).toBe(false);
});
