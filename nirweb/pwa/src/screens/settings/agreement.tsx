import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { withdraw } from "../../features/account/agreement";
import { isGuest, me } from "../../features/account/me";
import { newAct } from "../../features/act";
import { say } from "../../features/toast";
import { Page } from "../page";

function Withdrawn(): JSX.Element {
  return (
    <>
      <Notice>
        <p>
          <b>You do not agree at present.</b> Nothing about your health is taken, no light is started for you, and no reminder comes. What was kept before is still there.
        </p>
      </Notice>
      <LinkButton kind="main" wide href="/">
        Read it and agree again
      </LinkButton>
    </>
  );
}

function Guest(): JSX.Element {
  return <p>As a guest you were not asked: there is no name, and all of it is deleted after a day. Leaving the demo ends it sooner.</p>;
}

function Standing(): JSX.Element {
  const act = useMemo(newAct, []);
  const asked = useSignal(false);
  const take = async (): Promise<void> => {
    if (await act.run(withdraw)) say("You no longer agree. Nothing is taken from now on.");
  };
  return (
    <>
      <p>You agreed that what you enter about your health is kept on this phone and on your own server. You may take that back at any time.</p>
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      {!asked.value && (
        <Button wide onPress={() => (asked.value = true)}>
          I no longer agree
        </Button>
      )}
      {asked.value && (
        <section class="plate stack" aria-labelledby="what-then">
          <h2 id="what-then">What happens then</h2>
          <ul class="stack">
            <li>A session of yours that runs is stopped first.</li>
            <li>No light is started for you, and nothing you enter is taken by the server.</li>
            <li>Reminders stop.</li>
            <li>What was kept so far stays until you close your account, and counts again if you agree again. The way back is here.</li>
            <li>
              Backups and snapshots on the server’s machine hold what there was when they were made. Whoever runs it removes old ones with{" "}
              <code>python3 manage.py backup --prune 30</code> (days).
            </li>
          </ul>
          <Button kind="main" wide onPress={take} busy={act.busy.value}>
            Take it back
          </Button>
          <Button kind="quiet" wide onPress={() => (asked.value = false)}>
            Leave it as it is
          </Button>
        </section>
      )}
    </>
  );
}

export default function Agreement(): JSX.Element {
  return (
    <Page title="Your agreement" home="/settings">
      {isGuest.value && <Guest />}
      {!isGuest.value && (me.value?.consent ? <Standing /> : <Withdrawn />)}
    </Page>
  );
}
