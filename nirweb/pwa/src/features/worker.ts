import { signal } from "@preact/signals";

interface Policy {
  createScriptURL(input: string): string;
}
interface Types {
  createPolicy(name: string, rules: Policy): Policy;
}

/** A newer build is on the phone and waits to be taken. */
export const updateWaits = signal(false);
let registered: ServiceWorkerRegistration | null = null;

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

/** Asks the server whether there is a newer build. */
export const lookForUpdate = (): void => void registered?.update().catch(() => undefined);

function watch(registration: ServiceWorkerRegistration): void {
  const { serviceWorker } = navigator;
  registered = registration;
  const look = (): void => {
    updateWaits.value = registration.waiting !== null && serviceWorker.controller !== null;
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  serviceWorker.addEventListener("controllerchange", look);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") lookForUpdate();
  });
  serviceWorker.controller?.postMessage("began");
}

function register(): void {
  navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" }).then(watch, () => {
    // without a worker (private mode, say) the app works as long as the server is reached
  });
}

/** After the first screen stands: what is fetched for later does not hold it up. */
export function registerOnceShown(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

/** On the person's word: the new build takes over and the page starts anew with it. Other pages go on with theirs. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    location.reload();
  });
  registered?.waiting?.postMessage("take-over");
}
