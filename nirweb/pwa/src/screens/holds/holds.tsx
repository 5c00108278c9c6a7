import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Field } from "../../design/field";
import { Empty, Notice } from "../../design/notice";
import type { Hold } from "../../domain/holds";
import { agreementDays, holdPlace, holdsNow, isReleasable, releaseOfHold, wrongAgreementDay } from "../../features/holds/holds";
import { listed } from "../../features/places";
import { now, opened, rowsOf, zone } from "../../features/records";
import { notSavedWords, useOnce } from "../../features/saving";
import { say } from "../../features/toast";
import { dayOf, untilWords } from "../../features/words";
import { Page } from "../page";
import { Basis } from "../parts/basis";
import { WithRecords } from "../parts/with-records";

async function release(hold: Hold, agreedOn: string | null): Promise<string | null> {
  try {
    const id = await opened().write("hold_release", releaseOfHold(hold, now(), agreedOn));
    say(`${holdPlace(hold)} released`, () => opened().correct("hold_release", id, null, "undone"));
    return null;
  } catch (error) {
    return notSavedWords(error);
  }
}

function ByOneself({ hold, wrong }: { hold: Hold; wrong: (words: string | null) => void }): JSX.Element {
  const once = useOnce();
  if (!isReleasable(hold, now())) {
    return <p>You can release it {untilWords(new Date(hold.releasable_at ?? 0), now(), zone.value)}, if it has gone by then.</p>;
  }
  return (
    <Button
      onPress={once(async () => {
        wrong(await release(hold, null));
      })}
    >
      It has gone: release
    </Button>
  );
}

function ByClinician({ hold, wrong }: { hold: Hold; wrong: (words: string | null) => void }): JSX.Element {
  const { first, last } = agreementDays(hold, now(), zone.value);
  const agreedOn = useSignal("");
  const save = useOnce()(async () => {
    wrong(wrongAgreementDay(agreedOn.value, hold, now(), zone.value) ?? (await release(hold, agreedOn.value)));
  });
  return (
    <>
      <p>Show it to a clinician. A start is possible again once you record their agreement.</p>
      <Field label="A clinician agreed on" type="date" min={first} max={last} value={agreedOn.value} onInput={(value) => { agreedOn.value = value; }} />
      <Button onPress={save}>Record the agreement</Button>
    </>
  );
}

function HoldPlate({ hold }: { hold: Hold }): JSX.Element {
  const words = useSignal<string | null>(null);
  const wrong = (said: string | null): void => {
    words.value = said;
  };
  return (
    <li class="plate stack">
      <h2>{holdPlace(hold)}</h2>
      <p class="soft">
        You noted {listed(hold.signs)} on {dayOf(new Date(hold.noted_at), zone.value)}.
      </p>
      {hold.needs === "self" ? <ByOneself hold={hold} wrong={wrong} /> : <ByClinician hold={hold} wrong={wrong} />}
      {words.value && (
        <Notice tone="bad" live>
          {words.value}
        </Notice>
      )}
    </li>
  );
}

function Holds(): JSX.Element {
  const holds = holdsNow(rowsOf("checkin"), rowsOf("hold_release"), now());
  if (holds.length === 0) {
    return (
      <Empty icon="check" title="Nothing is on hold" action={<LinkButton href="/checkin">Check in</LinkButton>}>
        When a check-in tells of swelling, headache, lasting redness, a blister or trouble with the eyes, the place gets a rest, and it is shown here until it is released.
      </Empty>
    );
  }
  return (
    <ul class="stack">
      {holds.map((hold) => (
        <HoldPlate key={`${hold.checkin_id} ${hold.site} ${hold.needs}`} hold={hold} />
      ))}
    </ul>
  );
}

export default function HoldsScreen(): JSX.Element {
  return (
    <Page title="Places on hold" home="/" lead="A place that reacted is not lit again until it is released. The rule is NIRWeb's own, and cautious.">
      <WithRecords>
        <Holds />
      </WithRecords>
      <Basis of="holds" />
    </Page>
  );
}
