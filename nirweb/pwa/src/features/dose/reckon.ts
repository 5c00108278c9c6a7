import { CM_PER_INCH, DoseError } from "../../domain/dose";
import { doseOf, secondsFor } from "../../domain/planner";
import type { Levels, PanelChannel } from "../../store/entities";

/** J/cm² by wavelength; null where the strength at this distance is not known. */
export type Doses = Record<string, number | null>;

/** A dose that was typed: the time follows it, until a time is typed. */
export interface Held {
  nm: number;
  text: string;
}

interface Place {
  channels: readonly PanelChannel[];
  distance_cm: number | null;
  levels: Levels;
}

const refused = (error: unknown): null => {
  if (error instanceof DoseError) return null;
  throw error;
};

export function dosesAt({ channels, distance_cm, levels }: Place, seconds: number | null): Doses {
  const one = (channel: PanelChannel): number | null => {
    if (distance_cm === null || seconds === null) return null;
    try {
      return doseOf(channel.irradiance, distance_cm, seconds, levels[channel.wavelength_nm] ?? 0);
    } catch (error) {
      return refused(error);
    }
  };
  return Object.fromEntries(channels.map((channel) => [channel.wavelength_nm, one(channel)]));
}

/** Minutes that bring so much of one wavelength here, to a tenth; null where that cannot be known. */
export function minutesOf(nm: number, fluence_j_cm2: number, { channels, distance_cm, levels }: Place): number | null {
  const channel = channels.find((one) => one.wavelength_nm === nm);
  if (!channel || distance_cm === null || fluence_j_cm2 <= 0) return null;
  try {
    return Math.round(secondsFor(fluence_j_cm2, channel.irradiance, distance_cm, levels[nm] ?? 0) / 6) / 10;
  } catch (error) {
    return refused(error);
  }
}

/** A number to type back: two digits after the point at most, none that say nothing. */
export const typed = (value: number): string => String(Math.round(value * 100) / 100);
export const cmOf = (inches: number): number => Math.round(inches * CM_PER_INCH * 100) / 100;
export const inchesOf = (cm: number): number => cm / CM_PER_INCH;
/** 10 W/m² are 1 mW/cm². */
export const mwCm2Of = (wM2: number): number => Math.round(wM2 * 100) / 1000;
