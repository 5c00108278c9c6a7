import type { JSX } from "preact";
import { Icon } from "../../design/icon";
import { lightName, Swatch } from "../../design/swatch";
import type { Entry } from "../../features/log/entries";
import { placeNames } from "../../features/places";
import { rowOf, zone } from "../../features/records";
import { duration, fluence, fluenceAtMost, timeOf } from "../../features/words";

/** Where it was done with: the panel's name, or that it was written down. */
export function withWhat(entry: Entry): string {
  const panel = entry.panelId === null ? undefined : rowOf("panel", entry.panelId)?.body.name;
  if (entry.kind === "session") return panel ?? "A panel that is gone";
  const how = entry.how === "timer" ? "by the timer" : "written down";
  return panel === undefined ? how.charAt(0).toUpperCase() + how.slice(1) : `${panel}, ${how}`;
}

/** What a session that is not plainly over has to say; null when there is nothing. */
export function standsAt(entry: Entry): string | null {
  if (entry.kind === "log") return null;
  if (entry.how === "unknown") return "How it ended is not known yet";
  if (entry.how !== "ended") return "Not ended yet";
  if (entry.early) return "Stopped early: not counted as done";
  return null;
}

/** The dose by wavelength, or that only minutes are known. */
export function Doses({ entry }: { entry: Entry }): JSX.Element {
  const parts = Object.entries(entry.fluenceJCm2);
  if (parts.length === 0 || parts.every(([, value]) => value === null)) return <span class="soft">Minutes only: irradiance unknown</span>;
  return (
    <span class="doses">
      {parts.map(([nm, value]) => (
        <span class="dose num" key={nm}>
          <Swatch wavelengthNm={Number(nm)} />
          <span class="unseen">{lightName(Number(nm))}</span>
          {value === null ? "unknown" : (entry.confirmed ? fluence : fluenceAtMost)(value)}
        </span>
      ))}
    </span>
  );
}

export function EntryRow({ entry }: { entry: Entry }): JSX.Element {
  const stands = standsAt(entry);
  return (
    <li>
      <a class="item entry" href={`/log/${entry.id}`}>
        <span class="entry-time num">{timeOf(entry.at, zone.value)}</span>
        <span class="grow stack entry-words">
          <span class="row apart">
            <b>{placeNames(entry.sites)}</b>
            <span class="num">{duration(entry.onS)}</span>
          </span>
          <span class="small">
            <Doses entry={entry} />
          </span>
          <span class="small soft">{withWhat(entry)}</span>
          {stands !== null && <span class="small entry-warn">{stands}</span>}
          {entry.state === "waiting" && <span class="small soft">Kept on this phone, not sent yet</span>}
          {entry.state === "refused" && <span class="small entry-warn">Not taken by the server: see Settings</span>}
        </span>
        <Icon name="next" />
      </a>
    </li>
  );
}
