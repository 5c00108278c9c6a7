/**
 * Infrared at the cornea, for sessions on the face, as `sessions_app/therapy/eyes.py`: E ≤ 18000·t^-0.75 W/m² below 1000 s,
 * 100 W/m² from there, 780-3000 nm (ICNIRP, IEC 62471). The retina is never judged by irradiance; eyewear is asked whatever this says.
 */

import { DoseError, wM2Of } from "./dose";

export const infrared = (wavelength_nm: number): boolean => wavelength_nm >= 780 && wavelength_nm <= 3000;

/** The most infrared (W/m²) that may reach the cornea for this long. */
export function limitWM2(exposure_s: number): number {
  if (!Number.isFinite(exposure_s) || exposure_s <= 0) throw new DoseError(`exposure of ${exposure_s} s`);
  return exposure_s < 1000 ? 18_000 * exposure_s ** -0.75 : 100;
}

/** Infrared of all channels together (W/m²); irradiance at level 100 %. Throws where one is missing. */
export function infraredWM2(irradiance_mw_cm2: Readonly<Record<string, number>>, levels_pct: Readonly<Record<string, number>>): number {
  let total = 0;
  for (const [nm, level_pct] of Object.entries(levels_pct)) {
    if (level_pct === 0 || !infrared(Number(nm))) continue;
    const irradiance = irradiance_mw_cm2[nm];
    if (irradiance === undefined) throw new DoseError(`the irradiance at ${nm} nm is missing`);
    total += (wM2Of(irradiance) * level_pct) / 100;
  }
  if (!Number.isFinite(total) || total < 0) throw new DoseError(`infrared of ${total} W/m²`);
  return total;
}
