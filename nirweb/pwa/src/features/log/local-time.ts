/** A date-time field speaks wall time; records speak instants. */

const parts = (at: number, zone: string): Record<string, string> => {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
};

/** "2026-11-22T18:05", for an `<input type="datetime-local">`. */
export function toField(at: Date, zone: string): string {
  const { year, month, day, hour, minute } = parts(at.getTime(), zone);
  return `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}`;
}

function offsetMs(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = parts(at, zone);
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - Math.floor(at / 1000) * 1000;
}

/**
 * The instant of a wall time there, or null where the field is not filled. An hour that a change of the clocks leaves out is
 * read as the hour after it; of one that comes twice the first is taken.
 */
export function fromField(text: string, zone: string): Date | null {
  const wall = Date.parse(`${text}Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) || Number.isNaN(wall)) return null;
  const before = offsetMs(wall - 86_400_000, zone);
  const first = wall - before;
  return new Date(offsetMs(first, zone) === before ? first : wall - offsetMs(wall + 86_400_000, zone));
}
