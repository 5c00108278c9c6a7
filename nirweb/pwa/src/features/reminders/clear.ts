/** Notifications of what was done, here or on another phone, go away [R22]. */
import { effect } from "@preact/signals";
import { lead } from "../lead";
import { allEntries } from "../log/all";
import { now, records, rowsOf, zone } from "../records";
import { addDays, localDate } from "../words";
import { doneSince } from "./done";

interface About {
  kind?: string;
  regimen?: string;
  day?: string;
}

const shownHere = async (): Promise<Notification[]> => {
  const found = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
  return (await found?.getNotifications()) ?? [];
};

/** Whether there is nothing left to do about it: done, over, or of a course that is gone. */
export function isAnswered({ kind, regimen, day }: About): boolean {
  if (kind !== "reminder" || !regimen || !day) return false;
  const row = rowsOf("regimen").find((one) => one.id === regimen);
  if (!row) return records.peek()?.lastSync.peek() != null; // not one that has not come yet
  if (row.body.ended_on !== null) return true;
  if (day < addDays(localDate(now(), zone.value), -1)) return true;
  return doneSince(row, day, allEntries.value, zone.value) !== null;
}

async function clear(): Promise<void> {
  for (const one of await shownHere()) if (records.peek() && isAnswered((one.data ?? {}) as About)) one.close();
}

/** Takes away what is shown for this day of the course: the person said so. */
export async function dismiss(regimen: string, day: string): Promise<void> {
  for (const one of await shownHere()) {
    const about = (one.data ?? {}) as About;
    if (about.regimen === regimen && about.day === day) one.close();
  }
}

export function keepCleared(): void {
  effect(() => {
    // looked at again whenever one of these changes, be it by another phone
    if (records.value && [rowsOf("session"), rowsOf("session_log"), rowsOf("regimen")].some((rows) => rows.length > 0)) void clear();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && records.peek()) void clear();
  });
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ type?: string; to?: string }>) => {
    const { type, to } = event.data;
    if (type === "go" && to?.startsWith("/")) lead(to);
  });
}
