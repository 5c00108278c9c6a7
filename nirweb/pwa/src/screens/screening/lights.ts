import { listed } from "../../features/places";
import type { Row } from "../../store/entities";

/** Of what most panels for the home have: asked about before there is a course or a panel. */
const USUAL_NM = [660, 850];

/** In nanometres, ascending: of all open courses; without one, of all panels here. Other light may have another outcome. */
export function lightsAskedAbout(courses: readonly Row<"regimen">[], panels: readonly Row<"panel">[]): number[] {
  const planned = courses.flatMap((row) => Object.keys(row.body.wavelengths).map(Number));
  const there = panels.flatMap((row) => row.body.channels.map((channel) => channel.wavelength_nm));
  const found = [planned, there].find((some) => some.length > 0) ?? USUAL_NM;
  return [...new Set(found)].sort((a, b) => a - b);
}

export const lightNames = (wavelengthsNm: readonly number[]): string => listed(wavelengthsNm.map((nm) => `${nm} nm`));
