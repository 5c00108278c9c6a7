/** Sends what waits when the browser says that there is a network again, and when a push shows it. Nothing of this starts a panel. */
import { sendWaiting } from "../sync/background";

/** As the app asks for it (src/features/background.ts). */
const TAG = "outbox";

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

export function sendInBackground(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener("sync" as "push", (event) => {
    const { tag } = event as unknown as SyncEvent;
    if (tag === TAG) event.waitUntil(tried());
  });
}

/** A failure makes the browser try again after a while. */
async function tried(): Promise<void> {
  if (!(await sendWaiting())) throw new Error("something still waits");
}
