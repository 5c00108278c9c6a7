const dayMs = 86_400_000;
const soonDays = 30;

/** "12.5 hours of light in sessions run from here." */
export function hoursWords(hours: number): string {
  if (hours <= 0) return "No light yet in sessions run from here.";
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min of light in sessions run from here.`;
  return `${hours < 100 ? hours.toFixed(1) : Math.round(hours)} hours of light in sessions run from here.`;
}

/** When to measure it again, from a month before; null where nobody said, or it is long to go. `today` is the phone's own day. */
export function dueWords(measureAgainOn: string | null, today: Date): { words: string; now: boolean } | null {
  if (!measureAgainOn) return null;
  const [year = 0, month = 1, day = 1] = measureAgainOn.split("-").map(Number);
  const left = Math.round((Date.UTC(year, month - 1, day) - Date.UTC(today.getFullYear(), today.getMonth(), today.getDate())) / dayMs);
  if (left > soonDays) return null;
  if (left > 0) return { words: `Its strength is to be measured again in ${left} ${left === 1 ? "day" : "days"}.`, now: false };
  return { words: "Its strength is due to be measured again: the doses shown may be too high.", now: true };
}
