import { decide } from "../../domain/decision";
import { limitsFor, type Limits } from "../../domain/limits";
import { endOfLog, historyOf, personOf } from "../../domain/person";
import { courseWeek, mostSeconds, type PlannedWeek } from "../../domain/planner";
import type { Decision, Exposure, Person, Reason as Found } from "../../domain/values";
import type { Levels, PanelChannel } from "../../store/entities";
import { me } from "../account/me";
import type { Reason } from "../line/messages";
import { now, phototype, rowsOf, zone } from "../records";
import { agreedFrom, answeredFrom } from "../screening/outcome";

/** This person, as far as their own records tell. Whether there is a guardian only the server knows: here it is taken for granted. */
function person(): Person {
  const kept = {
    screening: rowsOf("screening"),
    agreement: rowsOf("agreement"),
    session: rowsOf("session"),
    session_log: rowsOf("session_log"),
    checkin: rowsOf("checkin"),
    hold_release: rowsOf("hold_release"),
  };
  const found = personOf(kept, { person_id: me.value?.id ?? "", zone: zone.value, phototype: phototype.value, guardian: true }, now().getTime());
  return { ...found, screening: answeredFrom(kept.screening), agreements: agreedFrom(kept.agreement) };
}

/** The limits in force for this person. */
export const limitsNow = (): Limits => limitsFor(phototype.value);

/** All light that this phone knows of: what the ceilings count. */
export const exposures = (): readonly Exposure[] => historyOf({ session: rowsOf("session"), session_log: rowsOf("session_log") }, now().getTime());

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** All light of the last 7 days; the dose of what was written down before is not reckoned. */
export function exposuresOfWeek(): readonly Exposure[] {
  const at = now().getTime();
  return historyOf({ session: rowsOf("session"), session_log: rowsOf("session_log").filter(({ body }) => endOfLog(body) > at - WEEK_MS) }, at);
}

export interface Foreseen {
  reasons: Reason[];
  cautions: Reason[];
  /** Where the time is what is too much: the minutes that fit, 0 for none. */
  fits_min: number | null;
}
export interface Light {
  sites: readonly string[];
  distance_cm: number | null;
  duration_s: number;
  levels_pct: Levels;
  channels: readonly PanelChannel[];
}
export const nothingForeseen: Foreseen = { reasons: [], cautions: [], fits_min: null };

const dated = (reasons: readonly Found[]): Reason[] =>
  reasons.map((one) => ({ ...one, lifts_at: one.lifts_at === null ? null : new Date(one.lifts_at).toISOString() }));

function told(light: Light, judge: (duration_s: number) => Pick<Decision, "reasons" | "cautions">): Foreseen {
  const { reasons, cautions } = judge(light.duration_s);
  const most = mostSeconds(light.duration_s, (seconds) => judge(seconds).reasons);
  return { reasons: dated(reasons), cautions: dated(cautions), fits_min: most === null ? null : Math.round(most / 6) / 10 };
}

const asked = (light: Light, duration_s: number) => ({ session_id: "", ...light, duration_s, eyewear: true, pulse_hz: null });

/** What the limits say of this light now, from this phone's own records: told offline too, and just as honestly. */
export function foresee(light: Light): Foreseen {
  const [who, at] = [person(), now().getTime()];
  return told(light, (duration_s) => decide(asked(light, duration_s), light.channels, who, at));
}

/** The week of each course that runs, as it was planned, but for this one. */
const otherCourses = (courseId: string | null): PlannedWeek[] =>
  rowsOf("regimen")
    .filter((row) => row.id !== courseId && row.body.ended_on === null)
    .map(({ body }) => {
      const lit = Object.values(body.wavelengths).filter((one) => one.level_pct > 0);
      const known = lit.length > 0 && lit.every((one) => one.fluence_j_cm2 !== null);
      const fluence_j_cm2 = known ? lit.reduce((sum, one) => sum + (one.fluence_j_cm2 ?? 0), 0) : null;
      return { sites: body.sites, fluence_j_cm2, perWeek: body.days.length };
    });

/** What the limits say of a course, whatever was done until now: each session by itself, and its week with the other courses'. */
export function foreseeCourse(light: Light, perWeek: number, courseId: string | null): Foreseen {
  const [who, at, others] = [{ ...person(), history: [] }, now().getTime(), otherCourses(courseId)];
  return told(light, (duration_s) => {
    const decision = decide(asked(light, duration_s), light.channels, who, at);
    const parts = decision.estimate_j_cm2;
    const fluence_j_cm2 = parts === null ? null : Object.values(parts).reduce((sum, one) => sum + one, 0);
    const week = courseWeek({ sites: light.sites, fluence_j_cm2, perWeek }, others, limitsNow());
    return { ...decision, reasons: [...decision.reasons, ...week] };
  });
}
