/** The number on the app's icon: what is due by now, and what is only on this phone. */
import { effect, signal } from "@preact/signals";
import { entriesOf } from "./log/entries";
import { now, records, rowsOf, waiting, zone } from "./records";
import { coursesToday, dueByNow } from "./today/day";

const MINUTE_MS = 60_000;
const minute = signal(0);

async function show(count: number): Promise<void> {
  if (!("setAppBadge" in navigator)) return;
  await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined); // not allowed: there is none
}

export function keepBadge(): void {
  effect(() => {
    if (minute.value < 0) return;
    if (!records.value) {
      void show(0);
      return;
    }
    const entries = entriesOf(rowsOf("session"), rowsOf("session_log"));
    const at = now();
    void show(dueByNow(coursesToday(rowsOf("regimen"), entries, at, zone.value), at, zone.value) + waiting.value);
  });
  const again = (): void => void (minute.value += 1);
  setInterval(again, MINUTE_MS);
  document.addEventListener("visibilitychange", again);
}
