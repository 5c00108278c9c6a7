/** Of panels that do not tell their wavelengths: as the owner types them, in the panel's order. Shortest and longest in nm. */
const [shortest, longest] = [400, 1400];
const most = 8;

/** "630, 660 850" → [630, 660, 850]; null for what cannot be a panel's wavelengths. */
export function namedWavelengths(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean).map((part) => part.replace(/nm$/i, ""));
  const named = parts.filter(Boolean).map((part) => (/^\d{3,4}$/.test(part) ? Number(part) : NaN));
  const sound = named.every((nm) => nm >= shortest && nm <= longest) && new Set(named).size === named.length;
  return sound && named.length >= 1 && named.length <= most ? named : null;
}
