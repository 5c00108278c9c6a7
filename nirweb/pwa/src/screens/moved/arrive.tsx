import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { me } from "../../features/account/me";
import { arrived, forgetArrived, notCarriedWords } from "../../features/moved/carry";
import { opened, ownName } from "../../features/records";
import { go } from "../../features/router";
import { say } from "../../features/toast";
import { readCarried, type Carried } from "../../sync/records";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import "./moved.css";

const howMany = (count: number): string => (count === 1 ? "1 entry" : `${count} entries`);
const LARGEST = 50_000_000;

/** Nothing is taken in without the person's word, and nothing of another person [H43]. */
function Offer({ carried, onOver }: { carried: Carried; onOver: () => void }): JSX.Element {
  const wrong = useSignal<string | null>(null);
  const busy = useSignal(false);
  const mine = carried.user === me.value?.id;
  const unsent = carried.waiting.length + carried.refused.length + carried.put_off.length;
  const take = async (): Promise<void> => {
    busy.value = true;
    try {
      const count = await opened().takeIn(carried);
      forgetArrived();
      say(count === 0 ? "All of it was here already" : `${howMany(count)} taken in`);
      go("/", { replace: true });
    } catch (error) {
      wrong.value = notCarriedWords(error);
      busy.value = false;
    }
  };
  const leave = (): void => {
    forgetArrived();
    onOver();
  };
  return (
    <section class="plate stack" aria-labelledby="offer">
      <h2 id="offer">{howMany(unsent)} not sent yet{carried.rows.length > 0 ? `, ${carried.rows.length} in all` : ""}</h2>
      <p>
        From the app at <b>{carried.from}</b>, written by {mine ? `you, ${ownName.value}` : "another account"}.
      </p>
      {!mine && <Notice tone="warn">These are entries of another account. Sign in as the person who wrote them, then take them in.</Notice>}
      {wrong.value && (
        <Notice tone="bad" live>
          {wrong.value}
        </Notice>
      )}
      <div class="row">
        {mine && (
          <Button kind="main" onPress={take} busy={busy.value}>
            They are mine, take them in
          </Button>
        )}
        <Button onPress={leave} disabled={busy.value}>
          Leave them
        </Button>
      </div>
    </section>
  );
}

function Choose({ onFound }: { onFound: (carried: Carried) => void }): JSX.Element {
  const wrong = useSignal<string | null>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      onFound(readCarried(file.size > LARGEST ? "" : await file.text()));
    } catch (error) {
      wrong.value = notCarriedWords(error);
    }
  };
  return (
    <section class="plate stack">
      <label class="stack">
        <b>The file that the other app saved</b>
        <span class="soft small">nirweb-entries.json, from its Settings, Another address.</span>
        <input class="moved-file" type="file" accept=".json,application/json" onChange={(event) => void read(event.currentTarget.files?.[0])} />
      </label>
      {wrong.value && (
        <Notice tone="bad" live>
          {wrong.value}
        </Notice>
      )}
    </section>
  );
}

function Arriving(): JSX.Element {
  const carried = useSignal<Carried | null>(arrived());
  if (carried.value) return <Offer carried={carried.value} onOver={() => (carried.value = null)} />;
  return <Choose onFound={(found) => (carried.value = found)} />;
}

/** Entries from the app at another address, or from another phone: by a link or by a file. */
export default function Arrive(): JSX.Element {
  return (
    <Page title="Entries from elsewhere" home="/settings">
      <WithRecords>
        <Arriving />
      </WithRecords>
    </Page>
  );
}
