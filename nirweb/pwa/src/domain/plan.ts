/** What is wrong with a plan by itself, whoever it is for. */

import { SITES } from "./sites";
import type { Channel, Reason, Wish } from "./values";
import { figure, say } from "./wording";

export function planFaults(wish: Wish, channels: readonly Channel[]): Reason[] {
  const found: Reason[] = wish.sites.length > 0 ? [] : [say("site_missing")];
  for (const site of wish.sites) if (!SITES.has(site)) found.push(say("site_unknown", { about: site, values: { place: site } }));
  if (!Number.isFinite(wish.duration_s) || wish.duration_s < 1) found.push(say("duration_invalid"));
  for (const amount of [wish.distance_cm, wish.pulse_hz]) {
    if (amount !== null && !(Number.isFinite(amount) && amount > 0)) found.push(say("limit_missing"));
  }
  if (Object.values(wish.levels_pct).every((level_pct) => level_pct === 0)) found.push(say("no_light"));
  for (const [nm, level_pct] of Object.entries(wish.levels_pct)) {
    const channel = channels.find((one) => String(one.wavelength_nm) === nm);
    found.push(...levelFaults(nm, level_pct, channel));
  }
  return found;
}

function levelFaults(nm: string, level_pct: number, channel: Channel | undefined): Reason[] {
  if (!channel) return [say("wavelength_not_on_panel", { about: nm, values: { wavelength: nm } })];
  const { min_pct, max_pct } = channel;
  const sound = min_pct >= 0 && max_pct >= min_pct && max_pct <= 100;
  if (sound && (level_pct === 0 || (level_pct >= min_pct && level_pct <= max_pct))) return [];
  const values = { wavelength: nm, low: figure(min_pct), high: figure(max_pct) };
  return [say("level_out_of_range", { about: nm, values })];
}
