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
        if (/%FILES%|%VERSION%/.test(filled) || !files.includes("/shell.html")) throw new Error("the service worker has nothing to keep");
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

/** To draw it takes a document of its own, in the midst of the start: a phone that has the app has its picture too. */
const DRAWN_ICON = '<link rel="icon" href="/icon.svg" type="image/svg+xml" />';

/**
 * The page that the service worker keeps asks for all that a start needs at once, for it has all of it; the page that comes over the
 * network does not, for who is not signed in needs little. And it is first drawn when its script has run: an empty page is not worth it.
 */
function shell(): Plugin {
  return {
    name: "nirweb-shell",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const [page, first, inside] = [bundle["index.html"], named(bundle, "first"), named(bundle, "inside")];
        const script = `<script type="module" crossorigin src="/${first.fileName}">`;
        const html = page?.type === "asset" ? page.source.toString() : "";
        if (!html.includes(script)) throw new Error("the page has another first script");
        const modules = [inside.fileName, ...inside.imports].filter((name) => name !== first.fileName);
        const hints = [
          ...modules.map((name) => `<link rel="modulepreload" crossorigin href="/${name}">`),
          ...[...(inside.viteMetadata?.importedCss ?? [])].map((name) => `<link rel="stylesheet" crossorigin href="/${name}">`),
        ];
        if (!html.includes(DRAWN_ICON)) throw new Error("the page has another icon");
        const source = html
          .replace(script, script.replace("src=", 'blocking="render" src='))
          .replace(DRAWN_ICON, '<link rel="icon" href="/icon-192.png" type="image/png" />')
          .replace("</head>", `${hints.join("\n")}\n</head>`);
        this.emitFile({ type: "asset", fileName: "shell.html", source });
      },
    },
  };
}

function named(bundle: Rolldown.OutputBundle, name: string): Rolldown.OutputChunk {
  const found = Object.values(bundle).find((part) => part.type === "chunk" && part.name === name);
  if (found?.type !== "chunk") throw new Error(`there is no ${name}`);
  return found;
}

const FORMATS = [
  ["const numFormatter = new Intl.NumberFormat(domEnv ? nav.language : 'en-US');", "let numFormatter;"],
  ["numFormatter.format(val)", "(numFormatter ??= new Intl.NumberFormat()).format(val)"],
  ["const localTz = new Intl.DateTimeFormat().resolvedOptions().timeZone;", ""],
  ["tz == localTz", "tz == new Intl.DateTimeFormat().resolvedOptions().timeZone"],
] as const;

/** uPlot makes formats of the language as it is loaded, which takes a phone a twentieth of a second, and our charts ask for none. */
function laterFormats(): Plugin {
  return {
    name: "nirweb-later-formats",
    transform: {
      filter: { id: /uPlot\.esm\.js$/ },
      handler(code) {
        return FORMATS.reduce((changed, [now, later]) => {
          if (changed.split(now).length !== 2) throw new Error(`uPlot no longer has: ${now}`);
          return changed.replace(now, later);
        }, code);
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
  plugins: [laterFormats(), apart(), eager(), shell(), precache()],
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
            { name: "first", test: /src[\\/]main\.tsx$|rolldown[\\/]runtime/, priority: 2 },
            { name: "inside", test: /src[\\/]screens[\\/](inside|log[\\/]log|today[\\/]today)\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
});
