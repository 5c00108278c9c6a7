/** What waits here is sent by the service worker once there is a network, with the app closed too, where the browser can [Y72]. */
import { effect } from "@preact/signals";
import { reached, waiting } from "./records";

/** The service worker knows it by the same name (src/sw/background.ts). */
const TAG = "outbox";

interface Waking {
  readonly sync?: { register(tag: string): Promise<void> };
}

async function ask(): Promise<void> {
  if (!("serviceWorker" in navigator) || waiting.peek() === 0) return;
  const { sync } = (await navigator.serviceWorker.ready) as Waking;
  await sync?.register(TAG).catch(() => undefined); // the person has switched it off: it is sent when the app is opened
}

/** Asked for when sending fails, and when the app is left before it was done. */
export function keepSending(): void {
  effect(() => {
    if (!reached.value && waiting.value > 0) void ask();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void ask();
  });
}
