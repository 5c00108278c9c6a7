import type { Bodies, BuildUp, Levels, PanelChannel, Regimen } from "../../store/entities";
import type { Aim } from "../aims";
import { dosesAt, minutesOf, type Doses } from "../dose/reckon";
import { LONGEST_LOOK_MIN, LONGEST_MIN, numberIn, settled } from "../session/wish";

/** A course as it is being planned: numbers as they are typed. */
export interface PlanDraft {
  aim: string;
  sites: readonly string[];
  days: readonly number[];
  time: string;
  minutes: string;
  distance: string;
  panelId: string | null;
  levels: Levels;
  buildUp: BuildUp | null;
  /** The study that the starting numbers came from. */
  studied: string | null;
}

/** Light of a panel that is not connected here: what most panels have. */
export const COMMON: readonly PanelChannel[] = [660, 850].map((wavelength_nm) => ({
  wavelength_nm,
  min_pct: 1,
  max_pct: 100,
  irradiance: [],
  provenance: "unknown",
}));
export const channelsOf = (panel: Bodies["panel"] | undefined): readonly PanelChannel[] => panel?.channels ?? COMMON;
const isRed = (channel: PanelChannel): boolean => channel.wavelength_nm >= 620 && channel.wavelength_nm <= 700;

/** Days of the week, spread evenly: 2 are Monday and Thursday, 3 Monday, Wednesday and Friday. */
export const spread = (count: number): number[] => Array.from({ length: count }, (_, index) => Math.floor((index * 7) / count));

/** Where the aim has a studied starting point it is filled in; where not, the numbers are the person's own to enter. */
export function startingPoint(aim: Aim, before: PlanDraft, panel: Bodies["panel"] | undefined): PlanDraft {
  const start = aim.default;
  const levels = Object.fromEntries(channelsOf(panel).map((channel) => [channel.wavelength_nm, start && isRed(channel) ? channel.max_pct : 0]));
  return {
    ...before,
    aim: aim.id,
    levels,
    days: start ? spread(start.per_week.low) : [],
    studied: start?.per_week.studies[0] ?? null,
  };
}

/** Other wavelengths with another panel: levels that it has too are kept. */
export const levelsWith = (panel: Bodies["panel"] | undefined, levels: Levels): Levels =>
  Object.fromEntries(channelsOf(panel).map((channel) => [channel.wavelength_nm, settled(levels[channel.wavelength_nm] ?? 0, channel)]));

/** J/cm² of one session by wavelength; null where the strength at this distance is not known. */
export function dosesOf(draft: PlanDraft, panel: Bodies["panel"] | undefined): Doses {
  const minutes = numberIn(draft.minutes, 0.1, LONGEST_LOOK_MIN);
  return dosesAt(placeOf(draft, panel), minutes === null ? null : minutes * 60);
}

/** Where a dose is reckoned: the light of this panel at this distance. */
export const placeOf = (draft: PlanDraft, panel: Bodies["panel"] | undefined) => ({
  channels: channelsOf(panel),
  distance_cm: numberIn(draft.distance, 0.5, 300),
  levels: draft.levels,
});

/** Distances between which this panel was measured; null where its strength is not known. */
export function measuredSpan(panel: Bodies["panel"] | undefined): { low: number; high: number } | null {
  const points = channelsOf(panel).flatMap((channel) => channel.irradiance.map((point) => point.distance_cm));
  return points.length === 0 ? null : { low: Math.min(...points), high: Math.max(...points) };
}

/** Minutes of red light that bring a dose, at this distance and level; null where that cannot be known or is too long. */
export function minutesFor(fluence: number, draft: PlanDraft, panel: Bodies["panel"] | undefined): number | null {
  const red = channelsOf(panel).find(isRed);
  const minutes = red ? minutesOf(red.wavelength_nm, fluence, placeOf(draft, panel)) : null;
  return minutes !== null && minutes <= LONGEST_MIN ? minutes : null;
}

/** What so many minutes of red light truly bring, J/cm²: whole tenths of a minute hardly ever meet the dose that was asked for. */
export function broughtIn(minutes: number, draft: PlanDraft, panel: Bodies["panel"] | undefined): number {
  const red = channelsOf(panel).find(isRed);
  return (red && dosesAt(placeOf(draft, panel), minutes * 60)[red.wavelength_nm]) ?? 0;
}

export type Wrong = Partial<Record<"aim" | "sites" | "days" | "minutes" | "distance" | "levels", string>>;

/** What is still missing or does not fit, in words, by part. */
export function wrongWith(draft: PlanDraft): Wrong {
  const wrong: Wrong = {};
  if (draft.aim === "") wrong.aim = "Choose what it is for.";
  if (draft.sites.length === 0) wrong.sites = "Choose at least one place.";
  if (draft.days.length === 0) wrong.days = "Choose at least one day.";
  if (numberIn(draft.minutes, 0.1, LONGEST_MIN) === null) wrong.minutes = `Up to ${LONGEST_MIN} minutes.`;
  if (draft.distance.trim() !== "" && numberIn(draft.distance, 0.5, 300) === null) wrong.distance = "Between 0.5 and 300 cm.";
  if (Object.values(draft.levels).every((level) => level === 0)) wrong.levels = "Raise at least one wavelength.";
  return wrong;
}

/** What is kept of it. Call it only when nothing is wrong. */
export function regimenOf(draft: PlanDraft, panel: Bodies["panel"] | undefined, startedOn: string): Regimen {
  const doses = dosesOf(draft, panel);
  const wavelengths = Object.fromEntries(
    // no light is no dose, not a dose of nothing
    Object.entries(draft.levels).map(([nm, level_pct]) => [nm, { level_pct, fluence_j_cm2: doses[nm] || null }]),
  );
  return {
    aim: draft.aim,
    sites: [...draft.sites],
    panel_id: draft.panelId,
    wavelengths,
    days: [...draft.days].sort((a, b) => a - b),
    local_time: draft.time,
    minutes: numberIn(draft.minutes, 0.1, LONGEST_MIN) ?? 0,
    distance_cm: numberIn(draft.distance, 0.5, 300),
    studied: draft.studied,
    build_up: draft.buildUp,
    started_on: startedOn,
    ended_on: null,
  };
}

/** A course that is there already, as it would be typed. */
export const draftOf = (body: Regimen): PlanDraft => ({
  aim: body.aim,
  sites: body.sites,
  days: body.days,
  time: body.local_time,
  minutes: String(body.minutes),
  distance: body.distance_cm === null ? "" : String(body.distance_cm),
  panelId: body.panel_id,
  levels: Object.fromEntries(Object.entries(body.wavelengths).map(([nm, light]) => [nm, light.level_pct])),
  buildUp: body.build_up ?? null,
  studied: body.studied,
});
