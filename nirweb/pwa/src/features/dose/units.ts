import { signal } from "@preact/signals";

/** What a person measures in. Kept and sent are always cm and mW/cm²; the conversion is shown where it is made. */
export const inInches = signal(false);
export const inWM2 = signal(false);
