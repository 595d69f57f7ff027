import { expect, test } from "vitest";
import tokens from "../src/kit/tokens.css?raw";

const sources = import.meta.glob<string>("/src/**/*.{vue,css,ts}", {
  eager: true,
  query: "?raw",
  import: "default",
});
const styled = Object.entries(sources).filter(([path]) => !/tokens\.css|generated\.ts|\.test\.ts/.test(path));
const COLOURS = Object.fromEntries(
  [...tokens.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", colour = ""]) => [name, colour]),
);

/** The contrast of two colours by WCAG 2.2, 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(name: string): number {
  const colour = COLOURS[name];
  if (!colour) throw new Error(`there is no colour ${name}`);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const WRITTEN: [string, ...string[]][] = [
  ["ink", "paper", "ground", "well", "primary-soft"],
  ["ink-soft", "paper", "ground", "well"],
  ["primary", "paper", "ground"],
  ["primary-dark", "paper", "primary-soft"],
  ["on-primary", "primary", "primary-dark", "bad"],
  ["on-accent", "accent", "accent-bright"],
  ["accent", "paper"],
  ["idle-ink", "idle", "paper"],
  ["good-ink", "good-soft"],
  ["warn-ink", "warn-soft"],
  ["bad", "bad-soft", "paper", "ground"],
  ["on-night", "night", "night-raised", "stage", "stage-bar"],
  ["on-night-soft", "night", "stage", "stage-bar"],
];
test.each(WRITTEN.flatMap(([ink, ...grounds]) => grounds.map((ground) => [ink, ground] as const)))(
  "%s is read on %s: 4.5 to 1",
  (ink, ground) => expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5),
);

const DRAWN: [string, ...string[]][] = [
  ["edge", "paper", "ground"],
  ["focus", "paper", "ground", "well", "night", "stage"],
  ["good-light", "paper"],
  ["warn-light", "paper"],
  ["bad-light", "paper"],
  ["night-edge", "night", "stage"],
  ["signal-good", "night"],
  ["signal-fair", "night"],
  ["signal-poor", "night"],
  ["lane-picture", "lane"],
  ["pen", "pad"],
];
test.each(DRAWN.flatMap(([edge, ...grounds]) => grounds.map((ground) => [edge, ground] as const)))(
  "%s is seen on %s: 3 to 1",
  (edge, ground) => expect(contrast(edge, ground)).toBeGreaterThanOrEqual(3),
);

test.each(styled)("%s takes colours and radii from the tokens", (_, source) => {
  expect(source.match(/#[0-9a-fA-F]{3,8}\b(?=[^{]*;)|\brgba?\(|\bhsla?\(/g) ?? []).toEqual([]);
  expect(source.match(/border-radius:(?! *(var\(--radius|0|inherit))[^;]*/g) ?? []).toEqual([]);
});

test.each(styled)("%s names only tokens that there are", (_, source) => {
  const own = new Set([...`${tokens}${source}`.matchAll(/(--[\w-]+):/g)].map((match) => match[1]));
  const used = [...source.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]);
  expect(used.filter((name) => name && !own.has(name) && !name.startsWith("--reka"))).toEqual([]);
});

test.each(Object.entries(sources).filter(([path]) => path.endsWith(".vue")))(
  "%s has at most 300 lines",
  (_, source) => expect(source.split("\n").length - 1).toBeLessThanOrEqual(300),
);

test("progress is drawn for Firefox wherever it is drawn for the others", () => {
  const half = styled.filter(
    ([, text]) => text.includes("::-webkit-progress-value") !== text.includes("::-moz-progress-bar"),
  );
  expect(half.map(([path]) => path)).toEqual([]);
});

test("only applicants are asked not to leave while a call is restored", () => {
  const asking = styled.filter(
    ([path, text]) => path.includes("/faces/window/") && text.includes('t("interrupted")'),
  );
  expect(asking).toEqual([]);
});

test("applicants read 18 px at a line height of 1.7, and nothing breaks words by the letter", () => {
  const own = /data-applicant\] \{([^}]*)/.exec(tokens)?.[1];
  expect(own).toContain("--text: 18px");
  expect(own).toContain("--leading: 1.7");
  expect(sources["/src/kit/base.css"]).not.toContain("overflow-wrap: anywhere");
});
