import { afterEach, expect, test } from "vitest";
import { actOf } from "./keys";

afterEach(() => {
  document.body.innerHTML = "";
});

function pressed(
  key: string,
  inside = "",
  more: KeyboardEventInit = {},
  possible = { offer: true, next: true },
) {
  document.body.innerHTML = inside;
  const target = document.body.querySelector("[data-here]") ?? document.body;
  let act: unknown = "not pressed";
  const listener = (event: KeyboardEvent) => {
    act = actOf(event, possible);
  };
  document.addEventListener("keydown", listener, { once: true });
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  return act;
}

test("Enter answers and Esc declines a ringing ticket, and nothing without one", () => {
  expect(pressed("Enter")).toBe("accept");
  expect(pressed("Escape")).toBe("reject");
  expect(pressed("Enter", "", {}, { offer: false, next: true })).toBeNull();
  expect(pressed("Escape", "", {}, { offer: false, next: true })).toBeNull();
});

test("N calls the next only when that is possible", () => {
  expect(pressed("n")).toBe("next");
  expect(pressed("N")).toBe("next");
  expect(pressed("n", "", {}, { offer: false, next: false })).toBeNull();
});

test("numbers choose the layout", () => {
  expect(["1", "2", "3", "4"].map((key) => pressed(key))).toEqual(["face", "document", "several", null]);
});

test.each([
  "<input data-here>",
  "<textarea data-here></textarea>",
  "<dialog open><p data-here>?</p></dialog>",
])("keys belong to %s while the person is in it", (inside) => {
  expect(["Enter", "Escape", "n", "1"].map((key) => pressed(key, inside))).toEqual([null, null, null, null]);
});

test("Enter on a button presses that button, so that nobody answers by declining", () => {
  expect(pressed("Enter", "<button data-here>Not now</button>")).toBeNull();
});

test("keys with Ctrl, and keys held down, ask nothing", () => {
  expect(pressed("n", "", { ctrlKey: true })).toBeNull();
  expect(pressed("n", "", { repeat: true })).toBeNull();
});
