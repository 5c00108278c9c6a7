import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, defineConfig, type Plugin, type Rolldown } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const TARGET = "es2022";
const SERVER = process.env.NIRWEB_DEV_SERVER ?? "http://localhost:8000";

/** The worker is one file of its own: a worker that is a module, or shares parts with the page, is not understood everywhere. */
async function workerCode(): Promise<string> {
  const built = (await build({
    configFile: false,
    publicDir: false,
    root: here("."),
    logLevel: "warn",
    build: { target: TARGET, write: false, modulePreload: false, rolldownOptions: { input: here("src/sw/sw.ts"), output: { format: "iife" } } },
  })) as Rolldown.RolldownOutput;
  const [worker, ...others] = built.output;
  if (others.length > 0) throw new Error("the service worker is not one file");
  return worker.code;
}

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
      async handler(_options, bundle) {
        const worker = await workerCode();
        const version = createHash("sha256");
        const files: string[] = [];
        const note = (name: string, content: string | Uint8Array): void => {
          if (name.endsWith(".map")) return;
          files.push(`/${name}`);
          version.update(name).update(content);
        };
        for (const [name, part] of Object.entries(bundle).sort(([a], [b]) => a.localeCompare(b))) {
          note(name, part.type === "chunk" ? part.code : part.source);
        }
        // folders hold what only a shop window shows: pictures of the app
        const own = readdirSync(here("public"), { withFileTypes: true }).filter((entry) => entry.isFile());
        for (const { name } of own.sort((a, b) => a.name.localeCompare(b.name))) note(name, readFileSync(here(`public/${name}`)));
        version.update(worker);
        const filled = worker
          .replace(/["'`]%FILES%["'`]/, JSON.stringify(JSON.stringify(files)))
          .replace("%VERSION%", version.digest("hex").slice(0, 16));
        if (/%FILES%|%VERSION%/.test(filled) || !files.includes("/index.html")) throw new Error("the service worker has nothing to keep");
        this.emitFile({ type: "asset", fileName: "sw.js", source: filled });
      },
    },
  };
}

/**
 * The two files that each start runs nearly whole are compiled whole, beside the page's own work and not in the midst of it. Browsers
 * that do not know these words read a comment.
 */
function eager(): Plugin {
  return {
    name: "nirweb-eager",
    apply: "build",
    generateBundle: {
      order: "post", // the build itself still writes in front of them
      handler(_options, bundle) {
        for (const part of Object.values(bundle)) {
          if (part.type === "chunk" && ["first", "inside"].includes(part.name)) part.code = `//# allFunctionsCalledOnLoad\n${part.code}`;
        }
      },
    },
  };
}

/** Tells `public/start.js` which files lie behind the sign-in. */
function ahead(): Plugin {
  return {
    name: "nirweb-ahead",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const inside = Object.values(bundle ?? {}).find((part) => part.type === "chunk" && part.name === "inside");
        if (inside?.type !== "chunk") throw new Error("there is nothing behind the sign-in");
        const files = [inside.fileName, ...inside.imports, ...(inside.viteMetadata?.importedCss ?? [])];
        const named = files.filter((name) => !html.includes(name)).map((name) => `/${name}`);
        const tag = '<script src="/start.js"';
        if (!html.includes(tag)) throw new Error("the page does not begin with start.js");
        return html.replace(tag, `${tag} data-inside="${named.join(" ")}"`);
      },
    },
  };
}

/** What is seen signed out must not fetch what lies behind the sign-in. */
function apart(): Plugin {
  return {
    name: "nirweb-apart",
    apply: "build",
    generateBundle(_options, bundle) {
      const asked = new Set<string>();
      const ask = (fileName: string): void => {
        const part = bundle[fileName];
        if (part?.type !== "chunk" || asked.has(fileName)) return;
        asked.add(fileName);
        part.imports.forEach(ask);
      };
      for (const part of Object.values(bundle)) {
        if (part.type === "chunk" && part.moduleIds.some((id) => /src.(main|screens.account.\w+)\.tsx$/.test(id))) ask(part.fileName);
      }
      const wrong = [...asked].find((name) => name.includes("inside"));
      if (asked.size < 5 || wrong) throw new Error(`signed out one would fetch ${wrong ?? "nothing"}`);
    },
  };
}

export default defineConfig({
  plugins: [ahead(), apart(), eager(), precache()],
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
    target: TARGET,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: here("index.html") },
      output: {
        // a start asks for one file at each step, not for a dozen: on a phone each costs several milliseconds
        codeSplitting: {
          groups: [
            { name: "first", test: /src[\\/]main\.tsx$/, priority: 2 },
            { name: "inside", test: /src[\\/]screens[\\/](inside|log[\\/]log|today[\\/]today)\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
});
