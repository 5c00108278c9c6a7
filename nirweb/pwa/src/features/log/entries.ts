import { order } from "../../domain/order";
import type { Bodies } from "../../store/entities";
import { stoppedEarly } from "../../domain/progress";
import { fluenceByHand, sumOrNull, type PerWavelength } from "./dose";

/** One thing that was done, whether a panel reported it or the person wrote it down. */
export interface Entry {
  id: string;
  at: Date;
  kind: "session" | "log";
  sites: readonly string[];
  panelId: string | null;
  regimenId: string | null;
  onS: number;
  /** By wavelength in nm; null where the irradiance is unknown. */
  fluenceJCm2: PerWavelength;
  /** Over all wavelengths; null where one of them is unknown. */
  totalJCm2: number | null;
  /** False: an upper bound. */
  confirmed: boolean;
  /** Session states, or how a log came about. */
  how: Bodies["session"]["state"] | Bodies["session_log"]["how"];
  endReason: string;
  /** Begun and stopped early: it is kept and counts for limits and figures of light, but nothing was done by it. */
  early: boolean;
  state: "synced" | "waiting" | "refused";
}

type SessionRow = { id: string; body: Bodies["session"]; state: Entry["state"] };
type LogRow = { id: string; body: Bodies["session_log"]; state: Entry["state"] };

const secondsOn = (body: Bodies["session"]): number => Math.max(0, ...Object.values(body.delivered).map((one) => one.on_s));

/** Sessions that gave light, or are about to; one that was refused before any light is no entry. */
export function ofSession({ id, body, state }: SessionRow): Entry | null {
  const onS = secondsOn(body);
  if (body.state === "ended" && onS === 0 && body.confirmed) return null;
  const fluenceJCm2 = Object.fromEntries(Object.entries(body.delivered).map(([nm, one]) => [nm, one.fluence_j_cm2]));
  return {
    id,
    at: new Date(body.started_at ?? body.ended_at ?? 0),
    kind: "session",
    sites: body.sites,
    panelId: body.panel_id,
    regimenId: body.regimen_id,
    onS,
    fluenceJCm2,
    totalJCm2: sumOrNull(fluenceJCm2),
    confirmed: body.confirmed,
    how: body.state,
    endReason: body.end_reason,
    early: body.state === "ended" && onS > 0 && stoppedEarly(onS, body.planned.duration_s),
    state,
  };
}

/** Its dose is reckoned when it is asked for: a year of entries is put in order without. */
export function ofLog({ id, body, state }: LogRow): Entry {
  return {
    id,
    at: new Date(body.started_at),
    kind: "log",
    sites: body.sites,
    panelId: body.panel_id,
    regimenId: body.regimen_id,
    onS: body.duration_s,
    get fluenceJCm2() {
      return fluenceByHand(body.levels_pct, body.irradiance_mw_cm2, body.duration_s);
    },
    get totalJCm2() {
      return sumOrNull(this.fluenceJCm2);
    },
    confirmed: true,
    how: body.how,
    endReason: "",
    early: false,
    state,
  };
}

/** All entries, the newest first. */
export function entriesOf(sessions: readonly SessionRow[], logs: readonly LogRow[]): Entry[] {
  const all = [...sessions.map(ofSession), ...logs.map(ofLog)].filter((entry): entry is Entry => entry !== null && entry.at.getTime() > 0);
  return all.sort((a, b) => b.at.getTime() - a.at.getTime() || order(b.id, a.id));
}

/** Entries under the local date they began on, in the order given; at `most` so many days. */
export function byDay<T>(items: readonly T[], dateOf: (item: T) => string, most = Infinity): { date: string; items: T[] }[] {
  const days: { date: string; items: T[] }[] = [];
  for (const item of items) {
    const date = dateOf(item);
    const last = days.at(-1);
    if (last?.date === date) last.items.push(item);
    else if (days.length < most) days.push({ date, items: [item] });
    else break;
  }
  return days;
}
