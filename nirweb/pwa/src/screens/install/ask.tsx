import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { install, leaveAlone, way } from "../../features/install/install";

/** Asked once, after a first entry, and never against the person's wish. */
export function AskInstall(): JSX.Element {
  return (
    <section class="plate stack" aria-label="On your home screen">
      <p>
        <b>Keep NIRWeb at hand?</b>
        <br />
        <span class="soft small">With its own icon it opens at once, also with no network, and the phone keeps what you enter.</span>
      </p>
      <div class="row">
        {way.value === "prompt" ? <Button onPress={install}>Put it on the home screen</Button> : <LinkButton href="/settings/install">See how</LinkButton>}
        <Button kind="quiet" onPress={leaveAlone}>
          Not now
        </Button>
      </div>
    </section>
  );
}
