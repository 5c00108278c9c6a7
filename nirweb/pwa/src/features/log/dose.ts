import { DoseError, fluenceJCm2 } from "../../domain/dose";

export type PerWavelength = Readonly<Record<string, number | null>>;

/** J/cm² by wavelength; null where the irradiance is not known. No wavelengths at all: nothing is known. */
export function fluenceByHand(levelsPct: Readonly<Record<string, number>> | null, irradianceMwCm2: Readonly<Record<string, number>> | null, onS: number): PerWavelength {
  if (!levelsPct) return {};
  return Object.fromEntries(Object.entries(levelsPct).map(([nm, level]) => [nm, fluenceOf(irradianceMwCm2?.[nm], onS, level)]));
}

function fluenceOf(irradianceMwCm2: number | undefined, onS: number, levelPct: number): number | null {
  if (irradianceMwCm2 === undefined) return null;
  try {
    return fluenceJCm2(irradianceMwCm2, onS, levelPct);
  } catch (error) {
    if (error instanceof DoseError) return null;
    throw error;
  }
}

/** The sum over all wavelengths; null when one is unknown, or there is none: a part is not the whole. */
export function sumOrNull(parts: PerWavelength): number | null {
  const values = Object.values(parts);
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
