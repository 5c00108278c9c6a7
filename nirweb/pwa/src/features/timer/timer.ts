import { signal } from "@preact/signals";
import type { Id, Levels, SessionLog } from "../../store/entities";

/** Light from a panel that nothing here reaches: the phone only counts, and writes down what the person did. */
export interface Count {
  /** Of the entry that is written at the end: said in two tabs, or again after the app was killed, it is one. */
  entry_id: Id;
  person_id: string;
  /** By this phone's own clock, in ms: only what passes since is read from it. */
  started_at: number;
  /** The same moment as well as it is known, for the log. */
  began_at: string;
  planned_s: number;
  sites: string[];
  distance_cm: number | null;
  panel_id: string | null;
  levels_pct: Levels | null;
  irradiance_mw_cm2: Record<string, number> | null;
  regimen_id: string | null;
}

/** Each person's own: two may take turns on one phone while a panel shines for one of them [M65]. */
const keyOf = (personId: string): string => `nirweb.timer.${personId}`;
export const count = signal<Count | null>(null);

/** Kept, so that a reload or a locked phone does not lose the beginning. */
export function begin(value: Count): void {
  count.value = value;
  try {
    localStorage.setItem(keyOf(value.person_id), JSON.stringify(value));
  } catch {
    // counts on; only a reload would lose it
  }
}

export function clear(): void {
  const whose = count.peek()?.person_id;
  count.value = null;
  try {
    if (whose) localStorage.removeItem(keyOf(whose));
  } catch {
    // nothing was kept
  }
}

/** What this person left counting. What was counted for who had the phone before is theirs, and no longer shown. */
export function recall(personId: string): void {
  if (count.peek()?.person_id !== personId) read(personId);
}

function read(personId: string): void {
  count.value = null;
  try {
    count.value = JSON.parse(localStorage.getItem(keyOf(personId)) ?? "null") as Count | null;
  } catch {
    // what cannot be read is no timer
  }
}

/**
 * Seconds of light so far, never more than planned: the person switches the panel off when the phone says so. A clock that is put back
 * takes nothing of what was `seen` to pass, in seconds.
 */
export const elapsedS = (value: Count, now: number, seen = 0): number => Math.min(value.planned_s, Math.max(seen, (now - value.started_at) / 1000));

/** Follows what another tab of this phone does with the same timer. */
export function follow(personId: string): () => void {
  const heard = ({ key }: StorageEvent): void => {
    if (key === keyOf(personId)) read(personId);
  };
  addEventListener("storage", heard);
  return () => {
    removeEventListener("storage", heard);
  };
}

/** What is written into the log. Null where it was too short to be a session. */
export function logOf(value: Count, elapsed: number): SessionLog | null {
  const duration_s = Math.round(elapsed);
  if (duration_s < 1) return null;
  const { sites, distance_cm, panel_id, levels_pct, irradiance_mw_cm2, regimen_id } = value;
  return { sites, started_at: value.began_at, duration_s, distance_cm, panel_id, levels_pct, irradiance_mw_cm2, how: "timer", regimen_id };
}
