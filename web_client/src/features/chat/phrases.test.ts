import { describe, expect, it } from "vitest";
import { phrasesOf } from "./phrases";

describe("phrases", () => {
  it("are the lines that say something", () => {
    expect(phrasesOf(" 请稍等 \n\n   \n再见")).toEqual(["请稍等", "再见"]);
  });

  it("are no more and no longer than the server takes", () => {
    const text = Array.from({ length: 25 }, (_, number) => `${number}${"字".repeat(300)}`).join("\n");
    const phrases = phrasesOf(text);
    expect(phrases).toHaveLength(20);
    expect(phrases.every((one) => [...one].length === 200)).toBe(true);
  });
});
