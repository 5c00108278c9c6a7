/**
 * Keeps the built app on the phone, so that it opens with no network, and nothing else: no answer of the server is ever kept here.
 * A new build waits beside the old one until the person takes it, so that a page never meets another build's chunks.
 */
import { remind } from "./push";

const worker = self as unknown as ServiceWorkerGlobalScope;

const VERSION = "%VERSION%";
const FILES = JSON.parse("%FILES%") as string[];
const CACHE = `nirweb-${VERSION}`;
const SHELL = "/index.html";
const SERVERS_OWN = /^\/(api|_allauth|ws|healthz|readyz|sw\.js)(\/|$)/;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("nirweb-") && name !== CACHE).map((name) => caches.delete(name)));
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("message", (event) => {
  if (event.data === "take-over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin || SERVERS_OWN.test(url.pathname)) return;
  event.respondWith(event.request.mode === "navigate" ? page(event.request) : file(event.request, url));
});

/** Every address of the app is the one page; what it shows it finds in its own address. */
async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(SHELL);
  return kept ?? fetch(request);
}

async function file(request: Request, url: URL): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(url.pathname);
  return kept ?? fetch(request);
}

remind(worker);
