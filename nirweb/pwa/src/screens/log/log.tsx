import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Empty } from "../../design/notice";
import { allEntries } from "../../features/log/all";
import { byDay, type Entry } from "../../features/log/entries";
import { now, zone } from "../../features/records";
import { addDays, localDate, longDayOf } from "../../features/words";
import { afterPaint } from "../../store/after-paint";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { EntryRow } from "./entry-row";
import { PlacesLit } from "./places-lit";
import "./log.css";

/** So many days at a time: a year of entries is not drawn at once. */
const PAGE = 30;
/** What stands above the days at least, and a day with one entry. */
const HEAD_PX = 230;
const DAY_PX = 150;
/** At the start of the app no more than a screen holds, and the rest of the page in such steps once that is seen. */
const SCREENFUL = Math.ceil(Math.max(innerHeight - HEAD_PX, DAY_PX) / DAY_PX);
let started = false;

function dayTitle(date: string, at: Date): string {
  const today = localDate(now(), zone.value);
  if (date === today) return "Today";
  if (date === addDays(today, -1)) return "Yesterday";
  const year = date.slice(0, 4) === today.slice(0, 4) ? "" : ` ${date.slice(0, 4)}`;
  return longDayOf(at, zone.value) + year;
}

function Days({ entries }: { entries: readonly Entry[] }): JSX.Element {
  const shown = useSignal(started ? PAGE : SCREENFUL);
  started = true;
  const days = byDay(entries, (entry) => localDate(entry.at, zone.value), shown.value + 1);
  useEffect(() => {
    if (shown.value < PAGE) afterPaint(() => (shown.value += SCREENFUL));
  }, [shown.value]);
  return (
    <div class="stack">
      {days.slice(0, shown.value).map((day) => (
        <section class="stack log-day" key={day.date}>
          <h2>{dayTitle(day.date, day.items[0]?.at ?? new Date(day.date))}</h2>
          <ul class="list">
            {day.items.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </ul>
        </section>
      ))}
      {days.length > shown.value && shown.value >= PAGE && (
        <Button
          wide
          onPress={() => {
            shown.value += PAGE;
          }}
        >
          Show earlier days
        </Button>
      )}
    </div>
  );
}

function Entries(): JSX.Element {
  const entries = allEntries.value;
  if (entries.length > 0) {
    return (
      <>
        <PlacesLit />
        <Days entries={entries} />
      </>
    );
  }
  return (
    <Empty icon="log" title="Nothing yet" action={<LinkButton href="/log/new">Write one down</LinkButton>}>
      Sessions with a panel come here by themselves, with the minutes and the dose that the panel reported. What you did without one you write down.
    </Empty>
  );
}

export default function Log(): JSX.Element {
  return (
    <Page
      title="Log"
      actions={
        <LinkButton href="/log/new" icon="plus" kind="quiet">
          Write down
        </LinkButton>
      }
    >
      <WithRecords>
        <Entries />
      </WithRecords>
    </Page>
  );
}
