import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { isOwner } from "../../features/household/people";
import { notesOf } from "../../features/panels/passport";
import { now, rowsOf, zone } from "../../features/records";
import { localDate } from "../../features/words";

const KEY = "nirweb.passport.put-away";
const MOST = 100;
const putAway = signal(recall());

function recall(): readonly string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

function leave(mark: string): void {
  putAway.value = [...putAway.value, mark].slice(-MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(putAway.value));
  } catch {
    // said again next time
  }
}

/** What of a panel's passport is due, to who can see to it; put away on this phone for as long as it stays the same. */
export default function PassportNotes(): JSX.Element | null {
  const mine = rowsOf("panel").filter((row) => isOwner(row.body.household_id));
  const notes = notesOf(mine, localDate(now(), zone.value), putAway.value);
  if (notes.length === 0) return null;
  return (
    <section class="stack" aria-label="Passports of panels">
      {notes.map((note) => (
        <Notice key={note.mark}>
          <p>
            <b>{note.name}</b>
            <br />
            {note.words}
          </p>
          <div class="row">
            <LinkButton href={`/panels/${note.panelId}`}>See its passport</LinkButton>
            <Button
              kind="quiet"
              onPress={() => {
                leave(note.mark);
              }}
            >
              Put this away
            </Button>
          </div>
        </Notice>
      ))}
    </section>
  );
}
