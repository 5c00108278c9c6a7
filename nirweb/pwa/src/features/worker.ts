import { signal } from "@preact/signals";

interface Policy {
  createScriptURL(input: string): string;
}
interface Types {
  createPolicy(name: string, rules: Policy): Policy;
}

/** A newer build is on the phone and waits to be taken. */
export const updateWaits = signal(false);
let waiting: ServiceWorker | null = null;

/** The one script address the app ever makes up itself; every other is refused by Trusted Types. */
function workerAddress(): string {
  const types = (globalThis as { trustedTypes?: Types }).trustedTypes;
  if (!types) return "/sw.js";
  const policy = types.createPolicy("nirweb", {
    createScriptURL: (input) => {
      if (input !== "/sw.js") throw new TypeError("no other script");
      return input;
    },
  });
  return policy.createScriptURL("/sw.js");
}

function watch(registration: ServiceWorkerRegistration): void {
  const look = (): void => {
    waiting = registration.waiting;
    updateWaits.value = waiting !== null && navigator.serviceWorker.controller !== null;
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => undefined);
  });
}

export function register(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" }).then(watch, () => {
    // without a worker (private mode, say) the app works as long as the server is reached
  });
}

/** On the person's word: the new build takes over and the page starts anew with it. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    location.reload();
  });
  waiting?.postMessage("take-over");
}
