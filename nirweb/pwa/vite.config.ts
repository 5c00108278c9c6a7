import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SERVER = process.env.NIRWEB_DEV_SERVER ?? "http://localhost:8000";

/**
 * Writes into the built service worker what it has to keep, and a version that changes when any of it does. A file whose name
 * carries its hash is named alone; the others by their content's hash too.
 */
function precache(): Plugin {
  return {
    name: "nirweb-precache",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("the service worker was not built");
        const version = createHash("sha256");
        const files: string[] = [];
        const note = (name: string, content: string | Uint8Array): void => {
          if (name === "sw.js" || name.endsWith(".map")) return;
          files.push(`/${name}`);
          version.update(name).update(content);
        };
        for (const [name, part] of Object.entries(bundle).sort(([a], [b]) => a.localeCompare(b))) {
          note(name, part.type === "chunk" ? part.code : part.source);
        }
        // folders hold what only a shop window shows: pictures of the app
        const own = readdirSync(here("public"), { withFileTypes: true }).filter((entry) => entry.isFile());
        for (const { name } of own.sort((a, b) => a.name.localeCompare(b.name))) note(name, readFileSync(here(`public/${name}`)));
        version.update(worker.code);
        const filled = worker.code
          .replace(/["'`]%FILES%["'`]/, JSON.stringify(JSON.stringify(files)))
          .replace("%VERSION%", version.digest("hex").slice(0, 16));
        if (/%FILES%|%VERSION%/.test(filled) || !files.includes("/index.html")) throw new Error("the service worker has nothing to keep");
        worker.code = filled;
      },
    },
  };
}

export default defineConfig({
  plugins: [precache()],
  resolve: { alias: { "@data": here("../../sessions_app") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    fs: { allow: [here("."), here("../../sessions_app"), here("../../tests/vectors")] },
    proxy: {
      "/api": SERVER,
      "/_allauth": SERVER,
      "/ws": { target: SERVER, ws: true },
    },
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: here("index.html"), sw: here("src/sw/sw.ts") },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
