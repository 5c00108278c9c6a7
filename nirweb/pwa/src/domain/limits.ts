/** The product's own cautious policy, as `ble_bridge/contract/limits.py`; tests/vectors/limits.json ties the two. */

export interface Limits {
  /** Longest session, seconds. */
  session_s: number | null;
  /** Per site in rolling 24 h, J/cm². */
  fluence_24h_j_cm2: number | null;
  /** Per site in rolling 7 days, J/cm². */
  fluence_7d_j_cm2: number | null;
  /** Between two sessions on a site, seconds. */
  gap_s: number | null;
  /** Per site in rolling 24 h where the irradiance is unknown, seconds. */
  unknown_irradiance_s: number | null;
}

const DARK_FROM = 4;
/** 320 of 480 J/cm², tolerated by skin of colour and by light skin in STARS 1 and 2; the phototypes it is taken for are policy. */
const DARK_SHARE = 2 / 3;

/** The limits of a person's skin: never more than `limits`; none at all for a phototype that does not exist. */
export function limitsFor(phototype: number | null, limits: Limits = POLICY): Limits {
  if (phototype === null || (phototype >= 1 && phototype < DARK_FROM)) return limits;
  if (!(phototype >= DARK_FROM && phototype <= 6)) {
    return { session_s: null, fluence_24h_j_cm2: null, fluence_7d_j_cm2: null, gap_s: null, unknown_irradiance_s: null };
  }
  return {
    ...limits,
    fluence_24h_j_cm2: less(limits.fluence_24h_j_cm2),
    fluence_7d_j_cm2: less(limits.fluence_7d_j_cm2),
    unknown_irradiance_s: less(limits.unknown_irradiance_s),
  };
}
const less = (limit: number | null): number | null => (limit === null ? null : limit * DARK_SHARE);

/** One that is missing or no positive number refuses every start. */
export const POLICY: Readonly<Limits> = {
  session_s: 1800,
  fluence_24h_j_cm2: 50,
  fluence_7d_j_cm2: 200,
  gap_s: 28_800,
  unknown_irradiance_s: 1200,
};
