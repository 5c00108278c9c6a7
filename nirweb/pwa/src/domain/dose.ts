/**
 * Dose arithmetic with units, the twin of `sessions_app/dose.py`. Irradiance is power per area at the skin (mW/cm²), fluence
 * energy per area (J/cm²); energy in J is another quantity. Everything refuses NaN, infinity and what cannot be.
 */

/** Distance in cm and irradiance in mW/cm² at level 100 %, measured; real tables are not even monotonic. */
export interface TablePoint {
  distance_cm: number;
  irradiance_mw_cm2: number;
}
export type Table = readonly TablePoint[];
export type Provenance = "lab" | "spectrometer" | "meter" | "claim" | "unknown";

export class DoseError extends Error {}

/** The distance was not measured. A panel is no point source: inverse square is wrong, so nothing is guessed. */
export class OutsideTable extends DoseError {
  constructor(
    readonly distanceCm: number,
    readonly nearestCm: number,
    readonly farthestCm: number,
  ) {
    super(`${distanceCm} cm is outside ${nearestCm}-${farthestCm} cm`);
  }
}

function need(...values: number[]): void {
  for (const value of values) if (!Number.isFinite(value) || value < 0) throw new DoseError(`${value} is no such number`);
}

/** J/cm² = mW/cm² × s × level ÷ 1000. */
export function fluenceJCm2(irradianceMwCm2: number, onS: number, levelPct = 100): number {
  need(irradianceMwCm2, onS, levelPct);
  if (levelPct > 100) throw new DoseError(`level ${levelPct} % is over 100 %`);
  return (irradianceMwCm2 * onS * levelPct) / 100_000;
}

/** Seconds of light that bring this fluence (J/cm²). */
export function onSFor(fluence: number, irradianceMwCm2: number, levelPct = 100): number {
  const perSecond = fluenceJCm2(irradianceMwCm2, 1, levelPct);
  need(fluence);
  if (perSecond === 0) throw new DoseError("no light brings no dose");
  return fluence / perSecond;
}

/** J = J/cm² × cm². The lit area is known only where somebody measured it; the dose at the middle makes it an upper bound. */
export function energyJ(fluence: number, areaCm2: number): number {
  need(fluence, areaCm2);
  return fluence * areaCm2;
}

/** Throws unless distances are positive and rise, and every irradiance is positive and finite. */
export function checkTable(table: Table): void {
  table.forEach((point, index) => {
    need(point.distance_cm, point.irradiance_mw_cm2);
    if (point.distance_cm === 0 || point.irradiance_mw_cm2 === 0) throw new DoseError("a distance and its irradiance are above zero");
    const before = table[index - 1];
    if (before && before.distance_cm >= point.distance_cm) throw new DoseError("distances rise, each once");
  });
}

/** mW/cm² at level 100 % at a distance, linear between the two measured neighbours; refused outside what was measured. */
export function irradianceAt(table: Table, distanceCm: number): number {
  checkTable(table);
  need(distanceCm);
  const first = table[0];
  const last = table.at(-1);
  if (!first || !last) throw new DoseError("no irradiance was measured");
  if (distanceCm < first.distance_cm || distanceCm > last.distance_cm) throw new OutsideTable(distanceCm, first.distance_cm, last.distance_cm);
  for (const [index, near] of table.entries()) {
    const far = table[index + 1];
    if (!far || distanceCm > far.distance_cm) continue;
    const part = (distanceCm - near.distance_cm) / (far.distance_cm - near.distance_cm);
    return near.irradiance_mw_cm2 + (far.irradiance_mw_cm2 - near.irradiance_mw_cm2) * part;
  }
  return first.irradiance_mw_cm2;
}

/** The level (%) that brings this fluence in this time; over 100 where the panel is too weak. */
export function levelFor(fluence: number, irradianceMwCm2: number, onS: number): number {
  const atFull = fluenceJCm2(irradianceMwCm2, onS);
  need(fluence);
  if (atFull === 0) throw new DoseError("no light brings no dose");
  return (100 * fluence) / atFull;
}

/** 1 mW/cm² = 10 W/m². */
export const wM2Of = (irradianceMwCm2: number): number => irradianceMwCm2 * 10;
export const CM_PER_INCH = 2.54;

export interface Uncertainty {
  /** The true value may be this fraction of the stated one; null where no source gives a figure. */
  low_factor: number | null;
  sentence: string;
  source: string;
}

const REPORT = "the report that came with the panel";
const EVIDENCE = "NIRWeb's notes on evidence";

/** How far an irradiance may be from the truth, by provenance. All known errors make the true dose lower. */
export const UNCERTAINTY: Readonly<Record<Provenance, Uncertainty>> = {
  lab: { low_factor: null, sentence: "Measured in a laboratory.", source: REPORT },
  spectrometer: { low_factor: null, sentence: "Measured with a calibrated spectrometer.", source: REPORT },
  meter: {
    low_factor: 38 / 92,
    sentence: "From a consumer meter: one read 92 mW/cm² where a calibrated one read 38 on a comparable panel.",
    source: EVIDENCE,
  },
  claim: {
    low_factor: 0.5,
    sentence: "As the seller states it: home panels are often advertised at about twice what a laboratory reads.",
    source: EVIDENCE,
  },
  unknown: { low_factor: null, sentence: "Not known, so no dose is shown, only minutes.", source: EVIDENCE },
};

const weakestLast: readonly Provenance[] = ["lab", "spectrometer", "meter", "claim", "unknown"];

/** The least trustworthy of several; `unknown` for none and for one that nobody knows. */
export function weakest(provenances: readonly string[]): Provenance {
  const ranks = provenances.map((one) => weakestLast.indexOf(one as Provenance));
  if (ranks.length === 0 || ranks.includes(-1)) return "unknown";
  return weakestLast[Math.max(...ranks)] ?? "unknown";
}
