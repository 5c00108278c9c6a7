/** What the browser says about installing. It may say it before anything is drawn, so this is listened for with the first script. */
import { signal } from "@preact/signals";

export interface Offer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

/** Kept for the moment at which it helps; null when the browser offers nothing. */
export const offered = signal<Offer | null>(null);
/** The browser has just put it on the home screen. */
export const justInstalled = signal(false);

export function listenForOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered.value = event as Offer;
  });
  addEventListener("appinstalled", () => {
    offered.value = null;
    justInstalled.value = true;
  });
}
