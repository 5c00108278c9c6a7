/** The clocks of the person's zone, kept on the phone, so that a start need not look them up before it shows a time. */
import { effect } from "@preact/signals";
import { clocksOf, knowClocks, type Clocks } from "../domain/localtime";
import { zone } from "./records";

const KEY = "nirweb.clocks";
const DAY_MS = 86_400_000;
/** What screens tell of by the day lies in between; other times are looked up. */
const BACK_MS = 400 * DAY_MS;
const AHEAD_MS = 60 * DAY_MS;
/** Looked up anew when less than this is left, and thereby now and then: countries change their clocks. */
const LEFT_MS = 40 * DAY_MS;

function kept(): Clocks | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") as Clocks | null;
  } catch {
    return null;
  }
}

/** Before the first time is shown. */
export function recallClocks(): void {
  const clocks = kept();
  if (clocks) knowClocks(clocks);
}

export function keepClocks(): void {
  effect(() => {
    const [name, now, clocks] = [zone.value, Date.now(), kept()];
    if (name === "UTC" || (clocks?.zone === name && clocks.until - now > LEFT_MS && clocks.from < now)) return;
    const found = clocksOf(name, now - BACK_MS, now + AHEAD_MS);
    knowClocks(found);
    try {
      localStorage.setItem(KEY, JSON.stringify(found));
    } catch {
      // looked up again next time
    }
  });
}
