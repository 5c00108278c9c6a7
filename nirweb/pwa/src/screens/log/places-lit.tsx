import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { anyLit, placesLit, type PlaceLight } from "../../domain/ledger";
import { placeNames } from "../../features/places";
import { now, zone } from "../../features/records";
import { exposuresOfWeek, limitsNow } from "../../features/session/foresee";
import { amount, duration, trimmed, untilWords } from "../../features/words";

const of = (had: number, limit: number | null): string => `${amount(had)} of ${limit === null ? "?" : trimmed(limit)} J/cm²`;

function Place({ place }: { place: PlaceLight }): JSX.Element {
  const { fluence_24h_j_cm2: day, fluence_7d_j_cm2: week, unknown_irradiance_s } = limitsNow();
  return (
    <li class="stack place-light">
      <b>{placeNames([place.site])}</b>
      <span class="small num">
        24 hours: {of(place.day_j_cm2, day)}
        {place.day_unknown_s > 0 && `, and ${duration(place.day_unknown_s)} of ${duration(unknown_irradiance_s ?? 0)} of unknown strength`}
        <br />
        7 days: {of(place.week_j_cm2, week)}
      </span>
      {place.free_at !== null && <span class="soft small">Next light from {untilWords(new Date(place.free_at), now(), zone.value).replace(/^(at|on) /, "")}</span>}
    </li>
  );
}

function Places(): JSX.Element {
  return (
    <>
      <ul class="list stack">
        {placesLit(exposuresOfWeek(), now().getTime(), limitsNow()).map((place) => (
          <Place key={place.site} place={place} />
        ))}
      </ul>
      <p class="soft small">All panels and everything written down. A session counts in full for each of its places. The limits are NIRWeb’s own cautious policy.</p>
    </>
  );
}

/** What each place has had, over all panels and everything written down, beside what a place may have. */
export function PlacesLit(): JSX.Element | null {
  const open = useSignal(false);
  if (!anyLit(exposuresOfWeek(), now().getTime())) return null;
  return (
    <details class="places-lit" onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary>What each place has had</summary>
      {open.value && <Places />}
    </details>
  );
}
