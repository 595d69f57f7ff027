import { existsSync } from "node:fs";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const FACES = ["index", "point", "window", "supervisor"];
const SERVER = process.env.CLOUD_WINDOW ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
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
  build: {
    target: "es2023",
    // Inlined assets would be data: addresses, which the server's content policy refuses for code and fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: FACES.map((name) => `${name}.html`).filter((page) => existsSync(page)),
    },
  },
  server: { proxy: { "/api": { target: SERVER, ws: true } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
  },
});
