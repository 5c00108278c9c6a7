/** Something was entered on this screen that is not saved yet: nothing may start the page anew. */
import { effect, signal } from "@preact/signals";
import { waiting } from "./records";
import { place } from "./router";

export const entered = signal(false);

/** What is entered counts until it is written to the records, or the person goes on to another screen. */
export function watchEntries(): void {
  document.addEventListener("input", () => (entered.value = true), { passive: true });
  let before = waiting.peek();
  effect(() => {
    const now = waiting.value;
    if (now > before) entered.value = false;
    before = now;
  });
  effect(() => {
    if (place.value) entered.value = false;
  });
}
