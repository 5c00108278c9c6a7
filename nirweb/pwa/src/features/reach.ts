/** Whether the server was out of reach when the app was open last: then that is said in its place at once, not laid over the screen a moment later. */
import { effect } from "@preact/signals";
import { reached, records } from "./records";

const KEY = "nirweb.out-of-reach";
/** Something else once there was an exchange. */
const lastHeard = (): string => String(records.peek()?.lastSync.peek()?.getTime() ?? 0);

export function outOfReachBefore(): boolean {
  try {
    return localStorage.getItem(KEY) === lastHeard();
  } catch {
    return false;
  }
}

export function keepReach(): void {
  effect(() => {
    if (reached.value) return;
    try {
      localStorage.setItem(KEY, lastHeard());
    } catch {
      // not kept: it is laid over the screen's head
    }
  });
}
