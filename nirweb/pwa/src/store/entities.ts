/** What the records look like (docs/sync.md, "Entities"). Times are RFC 3339 with a zone, dates YYYY-MM-DD. */

export type Id = string;
export type Scale4 = 0 | 1 | 2 | 3;
/** Percent by wavelength in nm; the key is the decimal wavelength. */
export type Levels = Record<string, number>;

export interface Profile {
  display_name: string;
  colour: string;
  zone: string;
  theme: "auto" | "light" | "dark" | "night";
  /** Of the skin, 1-6; null or left out: not said. */
  phototype?: number | null;
}

export interface BuildUp {
  from_pct: number;
  weeks: number;
}

export interface Regimen {
  aim: string;
  sites: string[];
  panel_id: Id | null;
  wavelengths: Record<string, { level_pct: number; fluence_j_cm2: number | null }>;
  /** 0-6, Monday is 0. */
  days: number[];
  /** HH:MM, the wall time in the person's zone. */
  local_time: string;
  minutes: number;
  distance_cm: number | null;
  /** Id of the study that the defaults came from. */
  studied: string | null;
  /** Begins with this share of the minutes and rises to the whole; null: the whole from the first day. */
  build_up: BuildUp | null;
  started_on: string;
  ended_on: string | null;
}

export type Answer = boolean | string | string[];

export interface Screening {
  questionnaire_version: number;
  answers: Record<string, Answer>;
  answered_at: string;
}

export interface Agreement {
  question_id: string;
  agreed_on: string;
  clinician_note: string;
}

export interface SessionLog {
  sites: string[];
  started_at: string;
  duration_s: number;
  distance_cm: number | null;
  panel_id: Id | null;
  levels_pct: Levels | null;
  irradiance_mw_cm2: Record<string, number> | null;
  how: "timer" | "by_hand";
  regimen_id: Id | null;
}

export interface CheckIn {
  session_id: Id | null;
  sites: string[];
  at: string;
  /** 0-10. */
  /** 0 to 10; null: not said. */
  comfort: number | null;
  warmth: Scale4;
  redness: Scale4;
  swelling: Scale4;
  headache: Scale4;
  redness_lasting: boolean;
  blister: boolean;
  eye_trouble: boolean;
  note: string;
}

/** How much skin a session lit, as the person measured it; the newest of a session counts. */
export interface LitArea {
  session_id: Id;
  /** cm² by site. */
  areas_cm2: Record<string, number>;
  at: string;
}

export interface HoldRelease {
  site: string;
  checkin_id: Id;
  kind: "self" | "clinician";
  agreed_on: string | null;
  at: string;
}

export interface Rating {
  aim: string;
  /** 0-10. */
  value: number;
  at: string;
  note: string;
}

export type Correctable = "agreement" | "session_log" | "checkin" | "hold_release" | "rating";

export interface Correction {
  entity: Correctable;
  supersedes: Id;
  replaced_by: Id | null;
  reason: string;
  at: string;
}

export interface Session {
  panel_id: Id | null;
  regimen_id: Id | null;
  sites: string[];
  distance_cm: number;
  planned: { duration_s: number; levels_pct: Levels };
  state: "requested" | "arming" | "running" | "commanded" | "paused" | "stopping" | "ended" | "unknown";
  end_reason: string;
  started_at: string | null;
  ended_at: string | null;
  delivered: Record<string, { on_s: number; full_level_s: number; fluence_j_cm2: number | null }>;
  /** What it counts for towards the limits, as the server reckons it; null: nothing. */
  counts?: { on_s: number; fluence_j_cm2: number | null; ends_at: string | null } | null;
  /** False: some of it was not reported by the panel; the dose is an upper bound. */
  confirmed: boolean;
  provenance: string;
}

export interface PanelChannel {
  wavelength_nm: number;
  min_pct: number;
  max_pct: number;
  irradiance: { distance_cm: number; irradiance_mw_cm2: number }[];
  provenance: "lab" | "spectrometer" | "meter" | "claim" | "unknown";
}

export interface Panel {
  household_id: Id;
  bridge_id: Id;
  name: string;
  channels: PanelChannel[];
  safety: "deadman" | "hw_timer" | "none";
  confirm: "token" | "status" | "none";
  /** It can show which one it is. */
  blinks: boolean;
  /** Of its passport, whose hours of light the server counts. */
  purchased_on?: string | null;
  warranty_until?: string | null;
  measure_again_on?: string | null;
  virtual: boolean;
}

export interface Bridge {
  household_id: Id;
  name: string;
  software: string;
  revoked: boolean;
}

export interface Household {
  name: string;
}

/** What the others of a household see of a person (docs/household.md, M4). */
export interface Member {
  household_id: Id;
  user_id: Id;
  name: string;
  /** As chosen; what is shown is in `features/household/marks`. */
  colour: string;
  role: "owner" | "member";
  since: string;
}

/** Rows whose fields are merged one by one; the others that phones write are facts, written once. */
export interface Merged {
  profile: Profile;
  regimen: Regimen;
}

export interface Facts {
  screening: Screening;
  agreement: Agreement;
  session_log: SessionLog;
  lit_area: LitArea;
  checkin: CheckIn;
  hold_release: HoldRelease;
  rating: Rating;
  correction: Correction;
}

/** Made by the server, only read here. */
export interface ServerMade {
  session: Session;
  panel: Panel;
  bridge: Bridge;
  household: Household;
  member: Member;
}

export type Written = Merged & Facts;
export type Bodies = Written & ServerMade;
export type Entity = keyof Bodies;

/** Made by the server and never given back to it: they come anew from where they are kept. */
export const HOUSE: ReadonlySet<string> = new Set<keyof ServerMade>(["panel", "bridge", "household", "member"]);
export const MERGED: ReadonlySet<string> = new Set<keyof Merged>(["profile", "regimen"]);

/** One record as the screens see it: what the server said last, with what waits here laid over it [Y62]. */
export interface Row<E extends Entity = Entity> {
  entity: E;
  id: Id;
  body: Bodies[E];
  /** waiting: saved on this phone, not yet at the server. refused: the server did not take it; see `outbox.refused`. */
  state: "synced" | "waiting" | "refused";
  /** Set on the visible copy that an edit made after the row was deleted elsewhere [Y35]. */
  copyOf: Id | null;
  /** Set on a fact that a correction supersedes; it counts no more [Y34]. */
  supersededBy: Id | null;
}
