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

/** One that is missing or no positive number refuses every start. */
export const POLICY: Readonly<Limits> = {
  session_s: 1800,
  fluence_24h_j_cm2: 50,
  fluence_7d_j_cm2: 200,
  gap_s: 28_800,
  unknown_irradiance_s: 1200,
};
