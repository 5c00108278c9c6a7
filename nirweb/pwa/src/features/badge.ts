/** The number on the app's icon: what is due by now, and what is only on this phone. */
import { effect, signal } from "@preact/signals";
import { allEntries } from "./log/all";
import { now, records, rowsOf, waiting, zone } from "./records";
import { coursesToday, dueByNow } from "./today/day";

const MINUTE_MS = 60_000;
const AFTER_START_MS = 1500;
const minute = signal(0);

async function show(count: number): Promise<void> {
  if (!("setAppBadge" in navigator)) return;
  await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined); // not allowed: there is none
}

function wanted(): number {
  if (!records.value || minute.value < 0) return 0;
  const at = now();
  return dueByNow(coursesToday(rowsOf("regimen"), allEntries.value, at, zone.value), at, zone.value) + waiting.value;
}

/** Begun once the first screen stands: nobody looks at the icon while the app opens. */
export function keepBadge(): void {
  setTimeout(() => effect(() => void show(wanted())), AFTER_START_MS);
  const again = (): void => void (minute.value += 1);
  setInterval(again, MINUTE_MS);
  document.addEventListener("visibilitychange", again);
}
