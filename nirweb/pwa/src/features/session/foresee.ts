import { decide } from "../../domain/decision";
import type { Exposure, Person } from "../../domain/values";
import type { Levels, PanelChannel } from "../../store/entities";
import { me } from "../account/me";
import { checkinOf, releaseOf } from "../holds/holds";
import type { Reason } from "../line/messages";
import { entriesOf, type Entry } from "../log/entries";
import { now, rowsOf, zone } from "../records";
import { agreedFrom, answeredFrom } from "../screening/outcome";

const exposureOf = (entry: Entry): Exposure => ({
  session_id: entry.id,
  sites: entry.sites,
  ended_at: entry.at.getTime() + entry.onS * 1000,
  on_s: entry.onS,
  fluence_j_cm2: entry.totalJCm2,
});

/** This person, as far as their own records tell. Whether there is a guardian only the server knows: here it is taken for granted. */
function person(): Person {
  return {
    person_id: me.value?.id ?? "",
    zone: zone.value,
    screening: answeredFrom(rowsOf("screening")),
    agreements: agreedFrom(rowsOf("agreement")),
    guardian: true,
    history: entriesOf(rowsOf("session"), rowsOf("session_log")).map(exposureOf),
    checkins: rowsOf("checkin").map(checkinOf),
    releases: rowsOf("hold_release").map(releaseOf),
  };
}

export interface Foreseen {
  reasons: Reason[];
  cautions: Reason[];
}
interface Light {
  sites: readonly string[];
  distance_cm: number | null;
  duration_s: number;
  levels_pct: Levels;
  channels: readonly PanelChannel[];
}

/** What the same limits say of light that nothing here controls: the timer works offline, and is told just as honestly. */
export function foresee(light: Light): Foreseen {
  const channels = light.channels.map((one) => ({ ...one, irradiance: one.irradiance }));
  const wish = { session_id: "", ...light, eyewear: true, pulse_hz: null };
  const decision = decide(wish, channels, person(), now().getTime());
  const dated = (reasons: typeof decision.reasons): Reason[] =>
    reasons.map((one) => ({ ...one, lifts_at: one.lifts_at === null ? null : new Date(one.lifts_at).toISOString() }));
  return { reasons: dated(decision.reasons), cautions: dated(decision.cautions) };
}
