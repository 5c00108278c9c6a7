import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { saveFile } from "../../features/moved/carry";
import { opened, reached, records, refused, waiting, zone } from "../../features/records";
import { useOnce } from "../../features/saving";
import { entityName, troubleWords } from "../../features/sync-words";
import { say } from "../../features/toast";
import { whenOf } from "../../features/words";
import type { Refused } from "../../sync/records";

function waitingWords(count: number): string {
  if (count === 0) return "Everything on this phone is on the server too.";
  return count === 1 ? "1 entry waits on this phone." : `${count} entries wait on this phone.`;
}

function RefusedEntry({ op }: { op: Refused }): JSX.Element {
  const again = useOnce()(async () => {
    if (op.body) await opened().fixRefused(op.opNo, op.body);
    say("Sent again");
  });
  return (
    <li class="plate flat stack refused">
      <p>
        <b>{entityName(op.entity)}</b> <span class="soft small num">{whenOf(new Date(op.refusedAt), zone.value)}</span>
      </p>
      <p>{op.message}</p>
      {op.errors.map((error) => (
        <p class="small soft" key={error.field}>
          {error.field}: {error.message}
        </p>
      ))}
      <div class="row">
        {op.entity === "regimen" && op.body && (
          <LinkButton kind="main" href={`/plan/${op.id}?mend=${op.opNo}`}>
            Mend it
          </LinkButton>
        )}
        {op.body && <Button onPress={again}>Send again</Button>}
        <Button kind="quiet" icon="bin" onPress={() => opened().discardRefused(op.opNo)}>
          Throw away
        </Button>
      </div>
    </li>
  );
}

function RefusedEntries(): JSX.Element | null {
  if (refused.value.length === 0) return null;
  return (
    <>
      <h3>Not taken by the server</h3>
      <ul class="stack">
        {refused.value.map((op) => (
          <RefusedEntry key={op.opNo} op={op} />
        ))}
      </ul>
    </>
  );
}

/** What is on this phone only, what the server refused, and how the last exchange went. */
export function SyncState(): JSX.Element {
  const trouble = troubleWords(records.value?.trouble.value ?? null);
  const last = records.value?.lastSync.value;
  const count = waiting.value;
  return (
    <div class="stack">
      {!reached.value && <Notice icon="offline">The server cannot be reached. What you enter is kept on this phone and sent when it is back.</Notice>}
      {trouble && (
        <Notice tone="warn" live>
          {trouble}
        </Notice>
      )}
      <p class="soft">
        {waitingWords(count)}
        {last ? ` Last exchange: ${whenOf(last, zone.value)}.` : ""}
      </p>
      <RefusedEntries />
      <div class="row">
        <Button onPress={() => opened().syncNow()} busy={records.value?.syncing.value === true}>
          Sync now
        </Button>
        {refused.value.length + count > 0 && (
          <Button kind="quiet" onPress={saveFile}>
            Save them as a file
          </Button>
        )}
      </div>
    </div>
  );
}
