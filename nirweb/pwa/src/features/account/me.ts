import { computed, effect, signal } from "@preact/signals";
import type { components } from "../../sync/schema";
import { api, Problem } from "../api";

export type Me = components["schemas"]["MeOut"];

/** `known`: who used this phone last, not yet asked of the server (offline, or just opened). */
export type Standing = "unasked" | "known" | "confirmed" | "expired" | "out";

const KEY = "nirweb.me";

function kept(): Me | null {
  try {
    const text = localStorage.getItem(KEY);
    return text ? (JSON.parse(text) as Me) : null;
  } catch {
    return null;
  }
}

function keep(value: Me | null): void {
  try {
    if (value) localStorage.setItem(KEY, JSON.stringify(value));
    else localStorage.removeItem(KEY);
  } catch {
    // no storage: the server is asked each time
  }
}

export const me = signal<Me | null>(kept());
export const standing = signal<Standing>(me.value ? "known" : "unasked");
export const isGuest = computed(() => me.value?.guest === true);

export function becomes(value: Me): void {
  me.value = value;
  standing.value = "confirmed";
  keep(value);
}

export function nobody(): void {
  me.value = null;
  standing.value = "out";
  keep(null);
}

/** Whether it is worth asking: nobody signed in here before, and there would be something to remember them by. */
function certainlyNobody(): boolean {
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return false;
  }
}

/** At the start of the app. Where nobody was signed in there is nobody to ask for, and no refusal to be logged. */
export async function askWhoOnStart(): Promise<void> {
  if (certainlyNobody()) standing.value = "out";
  else await askWho();
}

/** Asks the server who this is. Without an answer the one who used the phone last stays. */
export async function askWho(): Promise<void> {
  try {
    becomes((await api.get("/api/me")) as Me);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) {
      if (!me.value) standing.value = "out";
      return;
    }
    if (me.value) standing.value = "expired";
    else standing.value = "out";
  }
}

const ASK_AGAIN_MS = 5_000;

/** Opened with no network: asked again until the server has said who this is, or that it is nobody. */
export function keepAsking(): void {
  let asking = false;
  const again = async (): Promise<void> => {
    if (asking || standing.peek() !== "known" || document.visibilityState !== "visible") return;
    asking = true;
    await askWho();
    asking = false;
  };
  effect(() => {
    if (standing.value !== "known") return undefined;
    const timer = setInterval(() => void again(), ASK_AGAIN_MS);
    return () => {
      clearInterval(timer);
    };
  });
  addEventListener("online", () => void again());
  document.addEventListener("visibilitychange", () => void again());
}
