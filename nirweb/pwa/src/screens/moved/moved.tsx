import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { linkTo, saveFile } from "../../features/moved/carry";
import { movedTo } from "../../features/moved/origin";
import { opened, reached, refused, waiting } from "../../features/records";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";

const hostOf = (origin: string): string => new URL(origin).host;

function onlyHere(): string {
  const count = waiting.value + refused.value.length;
  if (count === 0) return "Everything on this phone is on the server too, so it will be there when you sign in.";
  return count === 1 ? "1 entry is only on this phone, and goes along." : `${count} entries are only on this phone, and go along.`;
}

/** The server is known to live elsewhere: what waits is sent first, the rest goes along in the link. */
function Known({ origin }: { origin: string }): JSX.Element {
  const tried = useSignal(false);
  useEffect(() => {
    void opened()
      .syncNow()
      .then(() => (tried.value = true));
  }, []);
  if (!tried.value) return <Notice live>Sending what waits …</Notice>;
  const link = linkTo(origin);
  return (
    <>
      <p role="status">{onlyHere()}</p>
      {link ? (
        <LinkButton kind="main" wide href={link}>
          Open the new address
        </LinkButton>
      ) : (
        <Notice>
          It is too much for a link. Save the file below, then open <b>{origin}</b> and take it in there under Settings.
        </Notice>
      )}
      <ol class="stack">
        <li><b>1.</b> There, sign in as you do here, and say that your entries may be taken in.</li>
        <li><b>2.</b> Put that app on your home screen, and turn its reminders on.</li>
        <li><b>3.</b> Then remove this one. Until you do, it keeps all it has.</li>
      </ol>
    </>
  );
}

function Carry(): JSX.Element {
  const origin = movedTo.value;
  return (
    <>
      {origin ? (
        <Known key={origin} origin={origin} />
      ) : (
        <>
          {!reached.value && <Notice icon="offline">This address does not answer at the moment.</Notice>}
          <p>
            When your NIRWeb has another address, this app cannot know it by itself. Save what you have as a file, open the new address, sign in, and take the file in
            there: Settings, Entries from elsewhere.
          </p>
          <p>{onlyHere()}</p>
        </>
      )}
      <section class="plate stack" aria-labelledby="as-file">
        <h2 id="as-file">As a file</h2>
        <p class="soft">All your entries, also for another phone, or when the link does not work. It holds what you wrote about your health: keep it to yourself.</p>
        <div>
          <Button icon="share" onPress={saveFile}>
            Save the file
          </Button>
        </div>
      </section>
    </>
  );
}

/** The app's address is not the server's any more: what lies here is carried over [H40-H42]. */
export default function Moved(): JSX.Element {
  const origin = movedTo.value;
  return (
    <Page title={origin ? "A new address" : "Another address"} home="/settings" lead={origin ? <>Your NIRWeb now lives at <b>{hostOf(origin)}</b>.</> : undefined}>
      <WithRecords>
        <Carry />
      </WithRecords>
    </Page>
  );
}
