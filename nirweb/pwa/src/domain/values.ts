/** What the rules take and give, as `sessions_app/therapy/values.py`. Moments are milliseconds since 1970, UTC. */

import type { Provenance, Table } from "./dose";

export type Moment = number;
/** A local date, YYYY-MM-DD. */
export type Day = string;
/** By wavelength in nm; the key is the decimal wavelength. */
export type ByNm = Readonly<Record<string, number>>;

/** Why something may not be done, or only with care: what a person reads, and where it comes from. */
export interface Reason {
  code: string;
  sentence: string;
  limit: string;
  source: string;
  lifts_at: Moment | null;
  /** What the person can do next, or what to ask a clinician. */
  asks: string;
  /** A question id, a site id or a wavelength; empty where it is about the whole. */
  about: string;
}

export type Answer = boolean | readonly string[];

export interface Answered {
  version: number;
  answers: Readonly<Record<string, unknown>>;
  answered_at: Moment;
  stored_at: Moment | null;
  /** Question id → since when it has been answered just so, where it was answered otherwise before. */
  since: Readonly<Record<string, Moment>>;
}

export interface Agreed {
  question_id: string;
  agreed_on: Day;
  recorded_at: Moment;
}

/** One start that is asked for. */
export interface Wish {
  session_id: string;
  sites: readonly string[];
  distance_cm: number | null;
  duration_s: number;
  levels_pct: ByNm;
  eyewear: boolean;
  pulse_hz: number | null;
}

/** One wavelength of a panel, as its owner confirmed it. */
export interface Channel {
  wavelength_nm: number;
  min_pct: number;
  max_pct: number;
  irradiance: Table;
  provenance: Provenance;
}

/** Light that a session brought to its sites, or may still bring. */
export interface Exposure {
  session_id: string;
  sites: readonly string[];
  ended_at: Moment;
  on_s: number;
  /** All wavelengths, an upper bound; null where the irradiance is unknown. */
  fluence_j_cm2: number | null;
}

export interface CheckIn {
  id: string;
  sites: readonly string[];
  at: Moment;
  stored_at: Moment | null;
  swelling: number;
  headache: number;
  redness_lasting: boolean;
  blister: boolean;
  eye_trouble: boolean;
}

export interface Release {
  checkin_id: string;
  /** A site id, or `all`. */
  site: string;
  kind: "self" | "clinician";
  agreed_on: Day | null;
  at: Moment;
}

/** Everything about a person that a start depends on. */
export interface Person {
  person_id: string;
  zone: string;
  screening: Answered | null;
  agreements: readonly Agreed[];
  /** Of the skin, 1-6 (Fitzpatrick), where the person says it. */
  phototype: number | null;
  guardian: boolean;
  history: readonly Exposure[];
  checkins: readonly CheckIn[];
  releases: readonly Release[];
}

export interface Clearance {
  person_id: string;
  sites: readonly string[];
  wavelengths_nm: readonly number[];
  max_level_pct: ByNm;
  max_duration_s: number;
  max_fluence_j_cm2: number | null;
  irradiance_mw_cm2: ByNm | null;
}

/** May this start be made? Here it is a preview: the server decides. */
export interface Decision {
  allowed: boolean;
  reasons: readonly Reason[];
  cautions: readonly Reason[];
  estimate_j_cm2: ByNm | null;
  provenance: Provenance;
  clearance: Clearance | null;
}
