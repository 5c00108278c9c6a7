/** The app on the home screen: whether it is there, how it comes there, and whether the person was asked. */
import { computed, effect, signal } from "@preact/signals";
import { justInstalled, offered } from "./offer";
import { wayOf } from "./way";

const NOT_NOW = "nirweb.install.not-now";
const INSTALLED = "nirweb.installed";

function recall(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

function keep(key: string, on: boolean): void {
  try {
    if (on) localStorage.setItem(key, "1");
    else localStorage.removeItem(key);
  } catch {
    // asked again next time
  }
}

/** This page is the installed app itself. */
const runsInstalled = signal(matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true);
/** This browser installed it once; a browser that offers to install it says that it is gone again. */
const wasInstalled = signal(recall(INSTALLED));
const leftAlone = signal(recall(NOT_NOW));

export const way = computed(() =>
  wayOf({
    installed: runsInstalled.value || ((justInstalled.value || wasInstalled.value) && !offered.value),
    prompts: offered.value !== null,
    secure: isSecureContext,
    agent: navigator.userAgent,
    touches: navigator.maxTouchPoints,
  }),
);

const possible: readonly string[] = ["prompt", "apple", "android", "desktop", "mac"];
/** Worth a word, and the person has not said "not now". */
export const mayAsk = computed(() => !leftAlone.value && possible.includes(way.value));

/** Never asked again; the settings still lead there. */
export function leaveAlone(): void {
  leftAlone.value = true;
  keep(NOT_NOW, true);
}

/** The browser's own question. A browser asks once for each offer: then it is used up, whatever the answer. */
export async function install(): Promise<void> {
  const offer = offered.peek();
  if (!offer) return;
  const { outcome } = await offer.prompt();
  offered.value = null;
  if (outcome === "dismissed") leaveAlone();
}

/** An app on the home screen may keep its data for good; a browser's page only until room is needed. */
export function keepInstalled(): void {
  matchMedia("(display-mode: standalone)").addEventListener("change", (event) => (runsInstalled.value = event.matches));
  effect(() => {
    if (offered.value) {
      wasInstalled.value = false;
      keep(INSTALLED, false);
    } else if (runsInstalled.value || justInstalled.value) {
      wasInstalled.value = true;
      keep(INSTALLED, true);
      void navigator.storage.persist().catch(() => false);
    }
  });
}
