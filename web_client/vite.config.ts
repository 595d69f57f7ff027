import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import type { IndexHtmlTransformContext } from "vite";
import { defineConfig } from "vitest/config";

const FACES = ["index", "point", "visit", "guest", "window", "supervisor", "guide"];
/** What pages share, by who needs it: every page for its framework and its frame, and every page with a call. */
const GROUPS = [
  // What every first page says, in one file a language.
  {
    name: (id: string) => `words-${id.replace(/^.*\/|\.json$/g, "")}`,
    test: /src\/(kit|features\/(page|entry))\/messages\/[^/]+\.json$/,
    priority: 4,
  },
  { name: "framework", test: /node_modules\/(@vue|vue|pinia|vue-router|@intlify)\//, priority: 3 },
  {
    name: "common",
    test: /@vueuse|src\/(kit|core\/connection|features\/(page|entry))\/(?!upload|.*messages)/,
    minShareCount: 2,
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

/** A file of code with all that it imports, each once. */
function whole(bundle: Bundle, ...names: string[]): string[] {
  const seen = new Set(names);
  for (const name of seen) {
    const one = bundle[name];
    if (one?.type === "chunk") for (const next of one.imports) seen.add(next);
  }
  return [...seen];
}

/** The Chinese words of the first page of a face, whose HTML stands at `path`. */
function wordsOf(path: string): string {
  const face = path.replace(/^\/|\.html$/g, "");
  return `/faces/${face === "index" ? "entry" : face}/languages/zh-CN.ts`;
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
      // The words of the first page come with it, and not after it: most are read in Chinese.
      name: "first-words",
      transformIndexHtml: {
        order: "post",
        handler: (html, { bundle = {}, path }) =>
          Object.values(bundle)
            .filter((one) => one.type === "chunk" && one.facadeModuleId?.endsWith(wordsOf(path)))
            // What they import as well: a file that is found only when another has come is one more way there and back.
            .flatMap(({ fileName }) => whole(bundle, fileName))
            .filter((name) => !html.includes(`"/${name}"`))
            .map((name) => ({
              tag: "link",
              attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` },
            })),
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
