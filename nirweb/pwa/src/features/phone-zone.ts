interface Clock {
  Now: { timeZoneId(): string };
}

/** Where this phone's clock is. A date format tells it too, but the first of them takes a phone a twentieth of a second. */
export function phoneZone(): string {
  const { Temporal } = globalThis as { Temporal?: Clock };
  return Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
