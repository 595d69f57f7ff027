import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import type { HtmlTagDescriptor, IndexHtmlTransformContext } from "vite";
import { defineConfig } from "vitest/config";

const FACES = ["index", "point", "visit", "guest", "window", "supervisor", "guide"];
/** What pages share, by who needs it: every page for its framework and its frame, and every page with a call. */
const GROUPS = [
  // What runs while the rest is on its way.
  {
    name: "start",
    test: /preload-(helper|polyfill)|rolldown\/runtime|src\/(core\/connection\/(early|entrance)|features\/page\/link|kit\/i18n\/stored)\.ts/,
    priority: 5,
  },
  // What every first page says, in one file a language.
  {
    name: (id: string) => `words-${id.replace(/^.*\/|\.json$/g, "")}`,
    test: /src\/(kit|features\/(page|entry))\/messages\/[^/]+\.json$/,
    priority: 4,
  },
  { name: "framework", test: /node_modules\/(@vue|vue|pinia|@intlify)\//, priority: 3 },
  { name: "router", test: /node_modules\/vue-router\/|features\/page\/(router|backStep)/, priority: 2 },
  // The door of those who sign in; a visitor has none.
  { name: "entry", test: /src\/features\/entry\/(?!.*messages)/, priority: 1 },
  {
    name: "common",
    test: /@vueuse|src\/(kit|core\/connection|features\/page)\/(?!upload|router|backStep|.*messages)|ApplicantFace|visitCode/,
    minShareCount: 2,
    priority: 2,
  },
  {
    name: "acting",
    test: /src\/features\/mandates\/(acting|ActingChoice|ActingFields)\.(ts|vue)/,
    priority: 2,
  },
  {
    name: "call",
    test: /src\/(core\/(media|devices|sound|capture)|features\/(?!page|entry|help\/|.*messages))/,
    minShareCount: 6,
    priority: 1,
  },
];
const COMPRESSIBLE = /\.(css|html|js|json|mjs|svg|txt|wasm|webmanifest)$/;
const SERVER = process.env.CLOUD_WINDOW ?? "http://127.0.0.1:8080";

type Bundle = NonNullable<IndexHtmlTransformContext["bundle"]>;

/** A file of code behind all that it imports, each once, and before each its sheets. */
function whole(bundle: Bundle, name: string, seen = new Set<string>()): Set<string> {
  const one = bundle[name];
  if (seen.has(name) || one?.type !== "chunk") return seen;
  for (const next of one.imports) whole(bundle, next, seen);
  for (const sheet of one.viteMetadata?.importedCss ?? []) seen.add(sheet);
  return seen.add(name);
}

/** What the first page of a face, whose HTML stands at `path`, asks for by itself: its Chinese words, and its page. */
function firstOf(path: string): string[] {
  const face = path.replace(/^\/|\.html$/g, "");
  const folder = `/faces/${face === "index" ? "entry" : face}`;
  return [`${folder}/languages/zh-CN.ts`, `${folder}/open.ts`];
}

/** Names a file in the head, to be fetched with the page. */
function linkTo(name: string): HtmlTagDescriptor {
  const rel = name.endsWith(".css") ? "stylesheet" : "modulepreload";
  return { tag: "link", attrs: { rel, crossorigin: true, href: `/${name}` }, injectTo: "head" };
}

/** Puts `name.br` and `name.gz` beside each file that gets smaller, so that the server never compresses. */
function compressFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
    const data = readFileSync(path);
    const quality = { params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY } };
    const coded = { br: brotliCompressSync(data, quality), gz: gzipSync(data, { level: 9 }) };
    for (const [ending, smaller] of Object.entries(coded)) {
      if (smaller.length < data.length) writeFileSync(`${path}.${ending}`, smaller);
    }
  }
}

export default defineConfig(({ mode }) => ({
  plugins: [
    {
      name: "compress",
      apply: "build",
      writeBundle: ({ dir }) => compressFolder(dir ?? "dist"),
    },
    {
      // What the first page asks for comes with it, with what that imports: a file that is found only when another has
      // come is one more way there and back. Most words are read in Chinese.
      name: "first-page",
      transformIndexHtml: {
        order: "post",
        handler: (html, { bundle = {}, path }) =>
          Object.values(bundle)
            .flatMap((one) =>
              one.type === "chunk" && one.facadeModuleId ? [[one.facadeModuleId, one.fileName]] : [],
            )
            .filter(([module = ""]) => firstOf(path).some((first) => module.endsWith(first)))
            .flatMap(([, name = ""]) => [...whole(bundle, name)])
            .filter((name, at, all) => all.indexOf(name) === at && !html.includes(`"/${name}"`))
            .map(linkTo),
      },
    },
    vue(),
    {
      // The server gives each face its address without ".html"; the development server does the same.
      name: "faces",
      configureServer(server) {
        server.middlewares.use((request, _response, next) => {
          const face = FACES.find((name) => request.url === `/${name}`);
          if (face) request.url = `/${face}.html`;
          next();
        });
      },
    },
  ],
  define: {
    // Only what the pages use of Vue and of its sentences.
    __VUE_OPTIONS_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    target: "es2023",
    // Inlined assets would be data: addresses, which the server's content policy refuses for code and fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The kit's page is for development, and nothing that is served.
      // Few files: over a slow line each one is a way there and back, and small ones compress badly.
      output: { codeSplitting: { groups: GROUPS } },
      input: [...FACES, ...(mode === "development" ? ["kit"] : [])].map((name) => `${name}.html`),
    },
  },
  server: { proxy: { "/api": { target: SERVER, ws: true } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "checks/**/*.test.ts"],
    // The tests read the tokens from their file.
    css: true,
    setupFiles: ["checks/setup.ts"],
    restoreMocks: true,
  },
}));
