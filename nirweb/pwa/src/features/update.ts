/** A newer build is offered when nothing can be lost by it, and waits as long as the person likes. */
import { computed, effect, signal } from "@preact/signals";
import { records } from "./records";
import { inRun } from "./session/control";
import { count } from "./timer/timer";
import { entered } from "./unsaved";
import { lookForUpdate, updateWaits } from "./worker";

const later = signal(false);
export const putOff = (): void => void (later.value = true);

/** What the new build has to wait for; null when it may come. */
export const heldBy = computed<"session" | "entry" | null>(() => {
  if (inRun.value || count.value !== null) return "session";
  return entered.value ? "entry" : null;
});

/** Only a server that this app is too old for makes it pressing: nothing is sent before. */
const pressing = computed(() => records.value?.trouble.value === "app_too_old");
export const updateOffered = computed(() => updateWaits.value && (pressing.value || !later.value));

export function keepUpdated(): void {
  effect(() => {
    if (pressing.value) lookForUpdate();
  });
}
