import type { PanelChannel } from "../../store/entities";
import { numberIn } from "../session/wish";

export type Provenance = PanelChannel["provenance"];

/** How an irradiance can be known, the surest first, and what that means. */
export const provenances: readonly { id: Provenance; name: string; says: string }[] = [
  { id: "lab", name: "Measured by a laboratory", says: "With a calibrated instrument, and a report of it." },
  { id: "spectrometer", name: "Measured with a spectrometer", says: "By you or somebody who published it." },
  { id: "meter", name: "Measured with a consumer meter", says: "Such meters often read about twice too high." },
  { id: "claim", name: "Claimed by the seller", says: "Often about twice what a laboratory reads." },
  { id: "unknown", name: "Not known", says: "Minutes only: no dose is shown, and at most 20 min on one place a day." },
];
export const provenanceName = (id: Provenance): string => provenances.find((one) => one.id === id)?.name ?? id;

/** One measured distance, as typed: mW/cm² at full level by wavelength. */
export interface Line {
  distance: string;
  values: Readonly<Record<string, string>>;
}
export interface LightDraft {
  provenance: Provenance | null;
  lines: readonly Line[];
}
export interface ChannelBody {
  wavelength_nm: number;
  irradiance: { distance_cm: number; irradiance_mw_cm2: number }[];
  provenance: Provenance;
}

const emptyLine: Line = { distance: "", values: {} };
export const emptyLight: LightDraft = { provenance: null, lines: [emptyLine] };
export const withLine = (draft: LightDraft): LightDraft => ({ ...draft, lines: [...draft.lines, emptyLine] });
export const withoutLine = (draft: LightDraft, index: number): LightDraft => ({
  ...draft,
  lines: draft.lines.filter((_, at) => at !== index),
});
export const changeLine = (draft: LightDraft, index: number, line: Line): LightDraft => ({
  ...draft,
  lines: draft.lines.map((old, at) => (at === index ? line : old)),
});

/** What is kept of a panel, as it would be typed. */
export function lightOf(channels: readonly PanelChannel[]): LightDraft {
  const known = channels.find((channel) => channel.provenance !== "unknown");
  if (!known) return { provenance: "unknown", lines: [emptyLine] };
  const distances = [...new Set(channels.flatMap((channel) => channel.irradiance.map((point) => point.distance_cm)))].sort((a, b) => a - b);
  return {
    provenance: known.provenance,
    lines: distances.map((distance) => ({ distance: String(distance), values: valuesAt(channels, distance) })),
  };
}

function valuesAt(channels: readonly PanelChannel[], distance: number): Record<string, string> {
  const values: Record<string, string> = {};
  for (const channel of channels) {
    const point = channel.irradiance.find((one) => one.distance_cm === distance);
    if (point) values[channel.wavelength_nm] = String(point.irradiance_mw_cm2);
  }
  return values;
}

/** What is wrong with it, in words, by `line.field`; `all` for the whole. Empty when it can be kept. */
export function faultsOf(draft: LightDraft): Record<string, string> {
  if (draft.provenance === null) return { all: "Say how the strength is known, or that it is not." };
  if (draft.provenance === "unknown") return {};
  const faults: Record<string, string> = {};
  const seen = new Set<number>();
  for (const [index, line] of draft.lines.entries()) {
    const distance = numberIn(line.distance, 0.5, 300);
    if (distance === null) faults[`${index}.distance`] = "Between 0.5 and 300 cm.";
    else if (seen.has(distance)) faults[`${index}.distance`] = "This distance is there already.";
    else seen.add(distance);
    for (const [nm, text] of Object.entries(line.values)) {
      if (text.trim() !== "" && numberIn(text, 0.01, 1000) === null) faults[`${index}.${nm}`] = "Between 0.01 and 1000 mW/cm².";
    }
  }
  const said = draft.lines.some((line) => Object.values(line.values).some((text) => text.trim() !== ""));
  if (!said) faults.all = "Enter at least one strength, or choose “Not known”.";
  return faults;
}

/** What the server keeps: each wavelength with its own table, distances rising; unknown where nothing was entered. */
export function channelsOf(draft: LightDraft, wavelengths: readonly number[]): ChannelBody[] {
  return wavelengths.map((wavelength_nm) => {
    const irradiance = draft.provenance === "unknown" ? [] : pointsOf(draft, wavelength_nm);
    return { wavelength_nm, irradiance, provenance: irradiance.length > 0 && draft.provenance ? draft.provenance : "unknown" };
  });
}

function pointsOf(draft: LightDraft, wavelength: number): ChannelBody["irradiance"] {
  return draft.lines
    .flatMap((line) => {
      const distance_cm = numberIn(line.distance, 0.5, 300);
      const irradiance_mw_cm2 = numberIn(line.values[wavelength] ?? "", 0.01, 1000);
      return distance_cm === null || irradiance_mw_cm2 === null ? [] : [{ distance_cm, irradiance_mw_cm2 }];
    })
    .sort((a, b) => a.distance_cm - b.distance_cm);
}

/** "26 to 62 mW/cm² at 15 to 30 cm, measured with a consumer meter." */
export function irradianceWords(channels: readonly PanelChannel[]): string {
  const points = channels.flatMap((channel) => channel.irradiance);
  const known = channels.find((channel) => channel.provenance !== "unknown");
  if (points.length === 0 || !known) return "Strength not known.";
  const span = (values: number[]): string => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? String(low) : `${low} to ${high}`;
  };
  const name = provenanceName(known.provenance);
  return `${span(points.map((one) => one.irradiance_mw_cm2))} mW/cm² at ${span(points.map((one) => one.distance_cm))} cm, ${name.charAt(0).toLowerCase()}${name.slice(1)}.`;
}
