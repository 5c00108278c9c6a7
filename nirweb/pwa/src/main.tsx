import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import { askWho, askWhoOnStart, me } from "./features/account/me";
import { listenForOffer } from "./features/install/offer";
import { catchArriving } from "./features/moved/arriving";
import { listen } from "./features/router";
import { showTheme } from "./features/theme";
import { registerOnceShown } from "./features/worker";
import { App, beforehand } from "./screens/app";
import { afterPaint } from "./store/after-paint";
import { databaseName, readEarly } from "./store/early";
import { whenFrozen } from "./store/frozen";

/** So long nothing at all is shown while the screen of somebody known here comes; then that it is coming. */
const PATIENCE_MS = 1000;
let shown = false;

/** Not in the page: as soon as it is named the browser fetches it, and draws its picture, in the midst of the start. */
function nameManifest(): void {
  document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "/manifest.webmanifest" }));
}

function show(): void {
  const root = document.getElementById("app");
  if (shown || !root) return;
  shown = true;
  render(<App />, root);
  afterPaint(() => {
    if (me.peek()) setTimeout(askWho);
    setTimeout(registerOnceShown);
    setTimeout(nameManifest);
  });
}

/** In a task of its own, so that a finger need not wait for reading and drawing together, but before anything else. */
function showNext(): void {
  const { scheduler } = globalThis as { scheduler?: { postTask(work: () => void, how: { priority: "user-blocking" }): Promise<void> } };
  if (scheduler) void scheduler.postTask(show, { priority: "user-blocking" });
  else show();
}

const known = me.peek();
const coming = beforehand();
if (coming && known) void readEarly(databaseName(known.id), whenFrozen);
showTheme();
catchArriving();
listen();
listenForOffer();
if (!me.peek()) void askWhoOnStart();
if (coming) {
  coming.then(showNext, showNext);
  setTimeout(show, PATIENCE_MS);
} else show();
