import type { JSX } from "preact";

/** From here on light is infrared, and drawn hatched (FACTS: red ends at 700 nm, near infrared begins at 780). */
export const isInfrared = (wavelengthNm: number): boolean => wavelengthNm > 700;

export const lightClass = (wavelengthNm: number): string => (isInfrared(wavelengthNm) ? "infrared-light" : "red-light");

/** "red 660 nm", "infrared 850 nm"; other visible light by its number alone. */
export function lightName(wavelengthNm: number): string {
  if (isInfrared(wavelengthNm)) return `Infrared ${wavelengthNm} nm`;
  return wavelengthNm >= 620 ? `Red ${wavelengthNm} nm` : `${wavelengthNm} nm`;
}

export function Swatch({ wavelengthNm }: { wavelengthNm: number }): JSX.Element {
  return <span class={`swatch ${lightClass(wavelengthNm)}`} aria-hidden="true" />;
}
