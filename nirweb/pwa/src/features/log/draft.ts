import { DoseError, irradianceAt } from "../../domain/dose";
import type { Bodies } from "../../store/entities";
import { fromField } from "./local-time";

/** A session as it stands in the form: words, not yet numbers. */
export interface Draft {
  sites: string[];
  when: string;
  minutes: string;
  panelId: string;
  distance: string;
  levels: Readonly<Record<string, number>>;
  regimenId: string;
}
export type Wrong = Partial<Record<keyof Draft, string>>;

/** The longest session that the records take, minutes. */
const MOST_MINUTES = 240;

/** Light before then is a slip of the year: no rule looks so far back. */
const OLDEST = Date.UTC(2000, 0, 1);

/** Plain digits, with a comma or a point; NaN for all else. */
const numberOf = (text: string): number => (/^-?\d+([.,]\d*)?$|^-?[.,]\d+$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN);

function wrongOf(draft: Draft, at: Date | null, now: Date): Wrong {
  const wrong: Wrong = {};
  const minutes = numberOf(draft.minutes);
  const distance = numberOf(draft.distance);
  if (draft.sites.length === 0) wrong.sites = "Mark where the light went.";
  if (!at) wrong.when = "When did it begin?";
  else if (at > now) wrong.when = "This is in the future. Write down what has been done.";
  else if (at.getTime() < OLDEST) wrong.when = "Is the year right?";
  if (!(minutes > 0 && minutes <= MOST_MINUTES)) wrong.minutes = `A number of minutes, up to ${MOST_MINUTES}.`;
  if (draft.distance.trim() !== "" && !(distance > 0 && distance <= 300)) wrong.distance = "A distance in cm, or leave it empty.";
  return wrong;
}

/** What the panel gave at this distance, by wavelength; null unless it is known for every wavelength that was lit. */
export function strengthAt(panel: Bodies["panel"], levels: Readonly<Record<string, number>>, distanceCm: number): Record<string, number> | null {
  const found: Record<string, number> = {};
  for (const channel of panel.channels) {
    if ((levels[channel.wavelength_nm] ?? 0) === 0) continue;
    if (channel.provenance === "unknown") return null;
    try {
      found[channel.wavelength_nm] = irradianceAt(channel.irradiance, distanceCm);
    } catch (error) {
      if (error instanceof DoseError) return null;
      throw error;
    }
  }
  return Object.keys(found).length > 0 ? found : null;
}

/** The record of a filled form, or what is wrong with it, field by field. */
export function read(draft: Draft, panel: Bodies["panel"] | undefined, zone: string, now: Date): { body: Bodies["session_log"] } | { wrong: Wrong } {
  const at = fromField(draft.when, zone);
  const wrong = wrongOf(draft, at, now);
  if (!at || Object.keys(wrong).length > 0) return { wrong };
  const distance = numberOf(draft.distance);
  const distanceCm = Number.isNaN(distance) ? null : distance;
  return {
    body: {
      sites: draft.sites,
      started_at: at.toISOString(),
      duration_s: Math.round(numberOf(draft.minutes) * 60),
      distance_cm: distanceCm,
      panel_id: draft.panelId || null,
      levels_pct: panel ? { ...draft.levels } : null,
      irradiance_mw_cm2: panel && distanceCm !== null ? strengthAt(panel, draft.levels, distanceCm) : null,
      how: "by_hand",
      regimen_id: draft.regimenId || null,
    },
  };
}
