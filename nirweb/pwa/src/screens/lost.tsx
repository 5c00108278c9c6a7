import type { JSX } from "preact";
import { Button, LinkButton } from "../design/button";
import { Page } from "./page";

export function Lost(): JSX.Element {
  return (
    <Page title="Nothing is here">
      <p>This address leads nowhere in NIRWeb.</p>
      <div class="row">
        <LinkButton kind="main" href="/">
          To the beginning
        </LinkButton>
      </div>
    </Page>
  );
}

/** A part of the app did not come: no network on a first visit, or a newer build on the server. */
export function Broken(): JSX.Element {
  return (
    <Page title="This part did not load">
      <p>It is not on this phone yet, and could not be fetched. Nothing you entered is lost.</p>
      <div class="row">
        <Button
          kind="main"
          onPress={() => {
            location.reload();
          }}
        >
          Try again
        </Button>
      </div>
    </Page>
  );
}
