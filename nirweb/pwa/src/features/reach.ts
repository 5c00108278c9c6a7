/** Whether the server was out of reach when the app was open last: then that is said in its place at once, not laid over the screen a moment later. */
import { effect } from "@preact/signals";
import { reached, records } from "./records";

const KEY = "nirweb.out-of-reach";
/** A page that is being left fails what was on its way, which says nothing of the server. */
const LASTS_MS = 1000;
/** Something else once there was an exchange. */
const lastHeard = (): string => String(records.peek()?.lastSync.peek()?.getTime() ?? 0);

export function outOfReachBefore(): boolean {
  try {
    return localStorage.getItem(KEY) === lastHeard();
  } catch {
    return false;
  }
}

function keep(): void {
  try {
    localStorage.setItem(KEY, lastHeard());
  } catch {
    // not kept: it is laid over the screen's head
  }
}

export function keepReach(): void {
  effect(() => {
    if (reached.value) return undefined;
    const lasts = setTimeout(keep, LASTS_MS);
    return () => { clearTimeout(lasts); };
  });
}
