/** What the rules take, from the records on this phone: as `sessions_app/therapy/inputs.py` and `history.py` read it from the database. */

import { fluenceJCm2 } from "./dose";
import type { Agreed, Answered, ByNm, CheckIn, Exposure, Moment, Person, Release } from "./values";
import { madeAt } from "./uuid7";

/** A live record: neither deleted nor superseded. */
export interface Kept<Body> {
  id: string;
  body: Body;
}

export interface LogBody {
  sites: readonly string[];
  started_at: string;
  duration_s: number;
  levels_pct: ByNm | null;
  irradiance_mw_cm2: ByNm | null;
}

export interface SessionBody {
  sites: readonly string[];
  planned: { duration_s: number; levels_pct: ByNm };
  state: string;
  started_at: string | null;
  ended_at: string | null;
  delivered: Readonly<Record<string, { on_s: number; full_level_s: number; fluence_j_cm2: number | null }>>;
  /** What it counts for, as the server reckons it; null: nothing. Left out by an older server. */
  counts?: Counts | null;
}

interface Counts {
  on_s: number;
  fluence_j_cm2: number | null;
  ends_at: string | null;
}

export interface KeptRecords {
  screening: readonly Kept<{ questionnaire_version: number; answers: Readonly<Record<string, unknown>>; answered_at: string }>[];
  agreement: readonly Kept<{ question_id: string; agreed_on: string }>[];
  session: readonly Kept<SessionBody>[];
  session_log: readonly Kept<LogBody>[];
  checkin: readonly Kept<
    Omit<CheckIn, "id" | "at" | "stored_at"> & { at: string }
  >[];
  hold_release: readonly Kept<Omit<Release, "at"> & { at: string }>[];
}

/** Everything about a person that a preview depends on. Whether there is a guardian only the server knows. */
export function personOf(records: KeptRecords, own: { person_id: string; zone: string; phototype: number | null; guardian: boolean }, now: Moment): Person {
  return {
    ...own,
    screening: answeredOf(records.screening),
    agreements: records.agreement.map(({ id, body }): Agreed => ({ ...body, recorded_at: madeAt(id) ?? Date.parse(body.agreed_on) })),
    history: historyOf(records, now),
    checkins: records.checkin.map(({ id, body }) => ({ ...body, id, at: Date.parse(body.at), stored_at: null })),
    releases: records.hold_release.map(({ body }) => ({ ...body, at: Date.parse(body.at) })),
  };
}

/** All light that the records tell of. */
export const historyOf = ({ session, session_log }: Pick<KeptRecords, "session" | "session_log">, now: Moment): Exposure[] => [
  ...session.flatMap((row) => ofSession(row, now)),
  ...session_log.map(ofLog),
];

/** The newest answers, each with the time since when it has been given just so; null where there are none. */
export function answeredOf(screenings: KeptRecords["screening"]): Answered | null {
  const newestFirst = [...screenings].sort((one, other) => Date.parse(other.body.answered_at) - Date.parse(one.body.answered_at));
  const [newest, ...older] = newestFirst;
  if (!newest) return null;
  const { questionnaire_version: version, answers, answered_at } = newest.body;
  const since: Record<string, Moment> = {};
  for (const question of Object.keys(answers)) {
    const answer = JSON.stringify(answers[question]);
    const changed = older.findIndex((one) => JSON.stringify(one.body.answers[question]) !== answer);
    if (changed < 0) continue;
    const first = changed === 0 ? newest : older[changed - 1];
    if (first) since[question] = madeAt(first.id) ?? Date.parse(first.body.answered_at);
  }
  return { version, answers, answered_at: Date.parse(answered_at), stored_at: null, since };
}

export const endOfLog = (body: Pick<LogBody, "started_at" | "duration_s">): Moment => Date.parse(body.started_at) + body.duration_s * 1000;

/** A session that was written down: in full, at the levels that were written, else at 100 %. */
export function ofLog({ id, body }: Kept<LogBody>): Exposure {
  const ended_at = endOfLog(body);
  // never the id of a session, whose own light is let off the gap
  return { session_id: `log ${id}`, sites: body.sites, ended_at, on_s: body.duration_s, fluence_j_cm2: fluenceOfLog(body) };
}

/** What a session on a panel brought; one that is open ends now at the earliest. */
export function ofSession({ id, body }: Kept<SessionBody>, now: Moment): Exposure[] {
  const counts = body.counts === undefined ? reckoned(body) : body.counts;
  if (counts === null) return [];
  const ends = counts.ends_at === null ? now : Date.parse(counts.ends_at);
  const ended_at = body.state === "ended" ? ends : Math.max(ends, now);
  return [{ session_id: id, sites: body.sites, ended_at, on_s: counts.on_s, fluence_j_cm2: counts.fluence_j_cm2 }];
}

/** From what an older server told: an open one counts as planned, and as of unknown strength. */
function reckoned({ state, planned, started_at, ended_at, delivered }: SessionBody): Counts | null {
  const parts = Object.values(delivered);
  const on_s = Math.max(0, ...parts.map((one) => one.on_s));
  if (state !== "ended") {
    const ends_at = started_at === null ? null : new Date(Date.parse(started_at) + planned.duration_s * 1000).toISOString();
    return { on_s: Math.max(on_s, planned.duration_s), fluence_j_cm2: null, ends_at };
  }
  if (on_s === 0) return null;
  const known = parts.every((one) => one.fluence_j_cm2 !== null || one.full_level_s === 0);
  return { on_s, fluence_j_cm2: known ? parts.reduce((sum, one) => sum + (one.fluence_j_cm2 ?? 0), 0) : null, ends_at: ended_at };
}

function fluenceOfLog({ duration_s, levels_pct, irradiance_mw_cm2: irradiance }: LogBody): number | null {
  if (irradiance === null) return null;
  let total = 0;
  for (const [nm, level_pct] of Object.entries(levels_pct ?? Object.fromEntries(Object.keys(irradiance).map((one) => [one, 100])))) {
    if (level_pct === 0) continue;
    const atFull = irradiance[nm];
    if (atFull === undefined) return null;
    total += fluenceJCm2(atFull, duration_s, level_pct);
  }
  return total;
}
