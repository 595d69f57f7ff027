import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "../src");
const FACES = readdirSync(join(SOURCES, "faces"));
const IMPORT = /(?:^|\n)\s*(?:import|export) (?!type )(?:[^"';]*? from )?"([^"]+)"/g;
const LATER = /import\("([^"]+)"\)/g;
const FILES = /\.(ts|vue|json)$/;
const messages: ReadonlySet<string> = new Set(
  readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("messages/zh-CN.json"))
    .flatMap((path) => keysOf(join(SOURCES, path))),
);

function keysOf(path: string): string[] {
  return Object.keys(JSON.parse(readFileSync(path, "utf8")));
}

/** The files that a file imports, with `later` those as well that it fetches when they are needed. */
function importsOf(path: string, later: boolean): string[] {
  const text = readFileSync(path, "utf8");
  const named = [...text.matchAll(IMPORT), ...(later ? text.matchAll(LATER) : [])].map(
    ([, name]) => name ?? "",
  );
  return named.filter((name) => /^[.@]\.?\//.test(name)).map((name) => found(path, name));
}

function found(from: string, name: string): string {
  const path = name.startsWith("@/") ? join(SOURCES, name.slice(2)) : join(dirname(from), name);
  if (FILES.test(path) || path.endsWith(".css")) return path;
  const folder = path.endsWith("protocol") || path.endsWith("i18n");
  return folder ? join(path, "index.ts") : `${path}.ts`;
}

/** Every file that comes with this one. */
function whole(entry: string, later: boolean): string[] {
  const seen = new Set([entry]);
  for (const path of seen) {
    if (path.endsWith(".css") || path.endsWith(".json")) continue;
    for (const next of importsOf(path, later)) seen.add(next);
  }
  return [...seen];
}

/** What stands between an opening bracket, which ends before `begin`, and its closing one. */
function inside(text: string, begin: number): string {
  let depth = 1;
  let end = begin;
  for (; depth && end < text.length; end++) depth += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
  return text.slice(begin, end);
}

/** The sentences that a file names: whole keys, and all that begin as a key does whose end is put together. */
function namedIn(path: string): string[] {
  if (!/\.(ts|vue)$/.test(path)) return [];
  const text = readFileSync(path, "utf8");
  const calls = [...text.matchAll(/\bt(?:In)?\(/g)]
    .map((at) => inside(text, at.index + at[0].length))
    .join("\n");
  const keys = [...calls.matchAll(/(?<!=== )["']([A-Za-z_]\w*)["']/g)].map(([, key]) => key ?? "");
  const beginnings = [...calls.matchAll(/`([A-Za-z]\w*_)\$/g)].map(([, key]) => key ?? "");
  const built = [...messages].filter((key) => beginnings.some((one) => key.startsWith(one)));
  return [...keys.filter((key) => messages.has(key)), ...built];
}

function spoken(face: string, ...files: string[]): ReadonlySet<string> {
  const paths = files.map((file) => join(SOURCES, "faces", face, "languages", file));
  return new Set(paths.flatMap((path) => importsOf(path, false)).flatMap(keysOf));
}

function has(face: string, name: string): boolean {
  return readdirSync(join(SOURCES, "faces", face, "languages"), { encoding: "utf8" }).includes(name);
}

test.each(FACES)("the first page of %s has all the words that it says, and its parts have theirs", (face) => {
  // Where there is one, the page itself stands behind the few lines that run first.
  const names = readdirSync(join(SOURCES, "faces", face));
  const main = join(SOURCES, "faces", face, names.includes("open.ts") ? "open.ts" : "main.ts");
  const rest = has(face, "rest") ? ["rest/zh-CN.ts"] : [];
  const first = spoken(face, "zh-CN.ts");
  const all = spoken(face, "zh-CN.ts", ...rest);
  const missing = (later: boolean, words: ReadonlySet<string>) =>
    whole(main, later).flatMap((path) =>
      namedIn(path)
        .filter((key) => !words.has(key))
        .map((key) => `${path.slice(SOURCES.length)}: ${key}`),
    );
  expect(missing(false, first)).toEqual([]);
  expect(missing(true, all)).toEqual([]);
});
