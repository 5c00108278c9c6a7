import { effect } from "@preact/signals";
import { phoneZone } from "../phone-zone";
import { profile, records } from "../records";
import { adoptTheme } from "../theme";
import { me } from "./me";

const nobodyChose = (zone: string): boolean => zone === "" || zone === "UTC";

/**
 * The person's days are where their phone is, unless they said otherwise: written once, after the first exchange has shown that
 * nobody chose a zone before. UTC is what the server puts where nothing is known.
 */
export function tellZone(): void {
  let told: string | null = null;
  effect(() => {
    const open = records.value;
    const id = me.value?.id;
    if (!open || !id || told === id || open.lastSync.value === null) return;
    told = id;
    const known = open.row("profile", id).peek()?.body.zone ?? me.peek()?.zone ?? "";
    if (!nobodyChose(known)) return;
    const zone = phoneZone();
    if (nobodyChose(zone)) return;
    open.write("profile", { zone }, { id }).catch(() => {
      told = null;
    });
  });
}

/** The person's own look, on a phone where they chose none yet. */
export function takeOwnLook(): void {
  effect(() => {
    const known = profile.value?.theme;
    if (known) adoptTheme(known);
  });
}
