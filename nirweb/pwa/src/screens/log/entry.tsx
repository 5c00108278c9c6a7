import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { UNCERTAINTY, type Provenance } from "../../domain/dose";
import { wentOver } from "../../domain/ledger";
import { lightName, Swatch } from "../../design/swatch";
import { Notice } from "../../design/notice";
import { ofLog, ofSession, type Entry } from "../../features/log/entries";
import { endedBecause } from "../../features/log/ends";
import { placeNames } from "../../features/places";
import { now, opened, rowOf, rowsOf, zone } from "../../features/records";
import { go, type ScreenProps } from "../../features/router";
import { useOnce } from "../../features/saving";
import { say } from "../../features/toast";
import { exposures, limitsNow } from "../../features/session/foresee";
import { duration, fluence, fluenceAtMost, timeOf, trimmed, whenWithYear } from "../../features/words";
import { Lost } from "../lost";
import { Page } from "../page";
import { CheckInWords } from "../checkin/said";
import { WithRecords } from "../parts/with-records";
import { Energy } from "./energy";
import { standsAt, withWhat } from "./entry-row";
import "./log.css";

function entryOf(id: string): Entry | null {
  const session = rowOf("session", id);
  if (session) return ofSession(session);
  const log = rowOf("session_log", id);
  return log && !log.supersededBy ? ofLog(log) : null;
}

const provenance: Record<string, string> = {
  lab: "a laboratory's measurement",
  spectrometer: "a spectrometer",
  meter: "a consumer meter: it may read twice too high",
  claim: "the seller's own figure: often about twice what a laboratory reads",
  unknown: "not known",
};

function Facts({ entry }: { entry: Entry }): JSX.Element {
  const session = entry.kind === "session" ? rowOf("session", entry.id)?.body : undefined;
  return (
    <dl class="facts plate">
      <dt>Where</dt>
      <dd>{placeNames(entry.sites)}</dd>
      <dt>When</dt>
      <dd class="num">{whenWithYear(entry.at, now(), zone.value)}</dd>
      <dt>With</dt>
      <dd>{withWhat(entry)}</dd>
      <dt>Light was on</dt>
      <dd class="num">{duration(entry.onS)}</dd>
      {session && (
        <>
          <dt>Planned</dt>
          <dd class="num">{duration(session.planned.duration_s)}</dd>
          <dt>Distance</dt>
          <dd class="num">{session.distance_cm} cm</dd>
        </>
      )}
      {Object.entries(entry.fluenceJCm2).map(([nm, value]) => (
        <FluenceFact key={nm} nm={Number(nm)} value={value} confirmed={entry.confirmed} low={lowOf(entry, Number(nm))} />
      ))}
      {session && (
        <>
          <dt>Irradiance from</dt>
          <dd>{provenance[session.provenance] ?? session.provenance}</dd>
          <dt>Ended</dt>
          <dd>{session.ended_at === null ? (standsAt(entry) ?? "") : `${endedBecause(session.end_reason)}, ${timeOf(new Date(session.ended_at), zone.value)}`}</dd>
        </>
      )}
    </dl>
  );
}

/** How low a stated dose may be in truth, as a fraction; null where no source gives a figure for how this strength is known. */
function lowOf(entry: Entry, nm: number): number | null {
  const session = entry.kind === "session" ? rowOf("session", entry.id)?.body.provenance : undefined;
  const panel = entry.panelId ? rowOf("panel", entry.panelId)?.body : undefined;
  const known = session ?? panel?.channels.find((channel) => channel.wavelength_nm === nm)?.provenance ?? "unknown";
  return known in UNCERTAINTY ? UNCERTAINTY[known as Provenance].low_factor : null;
}

function FluenceFact({ nm, value, confirmed, low }: { nm: number; value: number | null; confirmed: boolean; low: number | null }): JSX.Element {
  const said = value === null ? "dose unknown" : (confirmed ? fluence : fluenceAtMost)(value);
  return (
    <>
      <dt>
        <Swatch wavelengthNm={nm} /> {lightName(nm)}
      </dt>
      <dd class="num">
        <span>{said}</span>
        {value !== null && value > 0 && low !== null && <span class="soft small"> perhaps only {fluence(value * low)}</span>}
      </dd>
    </>
  );
}

/** It was done, so it is kept and counts: what went over says so, and what follows waits. */
function WentOver({ entry }: { entry: Entry }): JSX.Element | null {
  const history = exposures();
  const own = entry.kind === "log" ? `log ${entry.id}` : entry.id;
  const one = history.find((exposure) => exposure.session_id === own);
  const over = one ? wentOver(one, history, limitsNow()) : [];
  if (over.length === 0) return null;
  return (
    <Notice tone="warn">
      {over.map(({ site, hours, had_j_cm2, limit_j_cm2 }) => (
        <p key={site + String(hours)}>
          With this, your {placeNames([site]).toLowerCase()} had {trimmed(had_j_cm2)} J/cm² in {hours === 24 ? "24 hours" : "7 days"}; {trimmed(limit_j_cm2)} J/cm² is the most that a start may bring it to.
        </p>
      ))}
      <p>It is kept and counts in full: the next start on the place waits until it fits again. Watch the place, and note what you see in a check-in.</p>
    </Notice>
  );
}

/** Takes a hand entry back, with the way to have it again. */
async function withdraw(entry: Entry): Promise<void> {
  const body = rowOf("session_log", entry.id)?.body;
  if (!body) return;
  await opened().correct("session_log", entry.id, null, "withdrawn");
  go("/log", { replace: true });
  say("Entry removed", () => opened().write("session_log", body));
}

function Details({ id }: { id: string }): JSX.Element {
  const once = useOnce();
  const entry = entryOf(id);
  if (!entry) return <Lost />;
  const checkins = rowsOf("checkin").filter((row) => row.body.session_id === id);
  return (
    <>
      {!entry.confirmed && (
        <Notice tone="warn">
          <p>The panel did not report all of this session. What is shown is the most it can have been, and counts in full.</p>
        </Notice>
      )}
      <WentOver entry={entry} />
      <Facts entry={entry} />
      {entry.totalJCm2 !== null && entry.totalJCm2 > 0 && <Energy entry={entry} low={Object.fromEntries(Object.keys(entry.fluenceJCm2).map((nm) => [nm, lowOf(entry, Number(nm))]))} />}
      <section class="stack" aria-labelledby="how-it-was">
        <h2 id="how-it-was">How it was</h2>
        {checkins.map((row) => (
          <CheckInWords key={row.id} row={row} />
        ))}
        {checkins.length === 0 && <p class="soft">No check-in yet. A minute now is worth more than a memory later.</p>}
        <LinkButton href={`/checkin?session=${id}`} icon="pen" wide kind={checkins.length === 0 ? "main" : "plain"}>
          {checkins.length === 0 ? "Check in" : "Check in again"}
        </LinkButton>
      </section>
      {entry.kind === "log" && (
        <Button kind="quiet" icon="bin" onPress={once(() => withdraw(entry))}>
          Remove this entry
        </Button>
      )}
    </>
  );
}

export default function EntryScreen({ params }: ScreenProps): JSX.Element {
  return (
    <Page title="Session" home="/log">
      <WithRecords>
        <Details id={params.id ?? ""} />
      </WithRecords>
    </Page>
  );
}
