/**
 * Keeps the built app on the phone, so that it opens with no network, and nothing else: no answer of the server is ever kept here.
 * A new build waits beside the old one until the person takes it, and the old one stays whole for as long as a page of it may be
 * open: a page never misses a part of its own build.
 */
import { sendInBackground } from "./background";
import { remind } from "./push";

const worker = self as unknown as ServiceWorkerGlobalScope;

const VERSION = "%VERSION%";
const FILES = JSON.parse("%FILES%") as string[];
const PREFIX = "nirweb-";
const CACHE = PREFIX + VERSION;
/** index.html that asks for all of a start at once (vite.config.ts). */
const SHELL = "/shell.html";
const SERVERS_OWN = /^\/(api|_allauth|ws|healthz|readyz|sw\.js)(\/|$)/;
/** Vite puts a hash of the content into these names: whoever has such a file has the right one. */
const HASHED = /^\/assets\//;
const GONE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>NIRWeb</title>
<h1>The app has to be fetched again</h1><p>The phone made room by throwing the app's files away. What you entered is still here. Open this page
once while the server can be reached.</p></html>`;

/** Of this build. One question to the browser's own process: to open the cache first would be another, before anything is shown. */
const own = (name: string): Promise<Response | undefined> => caches.match(name, { cacheName: CACHE });

worker.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

/** All of the build or none of it. What did not change since the last build is not fetched again. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  const missing: Request[] = [];
  for (const name of FILES) {
    const known = HASHED.test(name) ? await caches.match(name) : undefined;
    if (known) await cache.put(name, known);
    else missing.push(new Request(name, { cache: HASHED.test(name) ? "default" : "reload" }));
  }
  await cache.addAll(missing);
}

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await sweep(0);
      await worker.clients.claim();
    })(),
  );
});

/** Older builds go once no page but those `allowed`, which are of this one, is open. */
async function sweep(allowed: number): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length > allowed) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

worker.addEventListener("message", (event) => {
  if (event.data === "take-over") void worker.skipWaiting();
  if (event.data === "began") event.waitUntil(swept());
});

/** Not while a newer build waits: its files lie here too. */
async function swept(): Promise<void> {
  const { waiting, installing } = worker.registration;
  if (!waiting && !installing) await sweep(1);
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin || SERVERS_OWN.test(url.pathname)) return;
  event.respondWith(event.request.mode === "navigate" ? page(event.request) : file(event.request, url));
});

/** Every address of the app is the one page; what it shows it finds in its own address. */
async function page(request: Request): Promise<Response> {
  const kept = await own(SHELL);
  if (kept) return kept;
  return fetch(request).catch(() => new Response(GONE, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } }));
}

/** Of this build, else of an older one that is still open, else from the server. */
async function file(request: Request, url: URL): Promise<Response> {
  const kept = (await own(url.pathname)) ?? (HASHED.test(url.pathname) ? await caches.match(url.pathname) : undefined);
  return kept ?? fetch(request);
}

remind(worker);
sendInBackground(worker);
