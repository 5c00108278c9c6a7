/** Whether this app's address is still the server's (docs/home-network.md, H40). */

import { effect, signal } from "@preact/signals";
import type { components } from "../../sync/schema";
import { api } from "../api";
import { reached } from "../records";

type Instance = components["schemas"]["InstanceOut"];

const KEY = "nirweb.moved";

/** Where the server lives now, when it is not here any more; else null. Remembered, for when this address answers no more. */
export const movedTo = signal<string | null>(remembered());
/** What the server said of itself last. */
export const instance = signal<Instance | null>(null);

/** On the machine itself `localhost` stays good, whatever address phones keep. */
export function whereTo(here: URL, origin: string): string | null {
  const thisMachine = here.hostname === "localhost" || here.hostname === "127.0.0.1" || here.hostname === "[::1]";
  return thisMachine || here.origin === origin ? null : origin;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(origin: string | null): void {
  movedTo.value = origin;
  try {
    if (origin) localStorage.setItem(KEY, origin);
    else localStorage.removeItem(KEY);
  } catch {
    // no storage: it is asked again next time
  }
}

async function ask(): Promise<void> {
  try {
    const told = (await api.get("/api/instance")) as Instance;
    instance.value = told;
    remember(whereTo(new URL(location.href), told.origin));
  } catch {
    // not reached: what was remembered stays
  }
}

/** Asked at the start, and whenever the server is reached again. */
export function keepOrigin(): void {
  effect(() => {
    if (reached.value) void ask();
  });
}
