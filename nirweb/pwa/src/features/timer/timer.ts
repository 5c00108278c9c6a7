import { signal } from "@preact/signals";
import type { Levels, SessionLog } from "../../store/entities";

/** Light from a panel that nothing here reaches: the phone only counts, and writes down what the person did. */
export interface Count {
  person_id: string;
  started_at: number;
  planned_s: number;
  sites: string[];
  distance_cm: number | null;
  panel_id: string | null;
  levels_pct: Levels | null;
  irradiance_mw_cm2: Record<string, number> | null;
  regimen_id: string | null;
}

const KEY = "nirweb.timer";
export const count = signal<Count | null>(null);

/** Kept, so that a reload or a locked phone does not lose the beginning. */
export function begin(value: Count): void {
  count.value = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // counts on; only a reload would lose it
  }
}

export function clear(): void {
  count.value = null;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}

export function recall(personId: string): void {
  if (count.peek()) return;
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Count | null;
    if (kept?.person_id === personId) count.value = kept;
  } catch {
    // what cannot be read is no timer
  }
}

/** Seconds of light so far, never more than planned: the person switches the panel off when the phone says so. */
export const elapsedS = (value: Count, now: number): number =>
  Math.min(value.planned_s, Math.max(0, (now - value.started_at) / 1000));

/** What is written into the log. Null where it was too short to be a session. */
export function logOf(value: Count, elapsed: number): SessionLog | null {
  const duration_s = Math.round(elapsed);
  if (duration_s < 1) return null;
  const { sites, distance_cm, panel_id, levels_pct, irradiance_mw_cm2, regimen_id } = value;
  const started_at = new Date(value.started_at).toISOString();
  return { sites, started_at, duration_s, distance_cm, panel_id, levels_pct, irradiance_mw_cm2, how: "timer", regimen_id };
}
