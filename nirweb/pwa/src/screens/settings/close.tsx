import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { closeAccount } from "../../features/account/closing";
import { isGuest, me } from "../../features/account/me";
import { newAct } from "../../features/act";
import { myHouseholds, peopleOf } from "../../features/household/people";
import { refused, waiting, zone } from "../../features/records";
import { go } from "../../features/router";
import { say } from "../../features/toast";
import { dayOf } from "../../features/words";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import "../household/household.css";

interface House {
  id: string;
  name: string;
  shared: boolean;
  /** Others are in it, and nobody else owns it: somebody must, first [A4]. */
  held: boolean;
}

function houses(): readonly House[] {
  return myHouseholds().map(({ id, name }) => {
    const people = peopleOf(id);
    const others = people.filter((one) => !one.self);
    const owns = people.some((one) => one.self && one.role === "owner");
    return { id, name, shared: others.length > 0, held: owns && others.length > 0 && !others.some((one) => one.role === "owner") };
  });
}

function Goes({ alone }: { alone: readonly House[] }): JSX.Element {
  return (
    <section class="stack" aria-labelledby="goes">
      <h2 id="goes">What goes</h2>
      <ul class="stack plain-list">
        <li>Everything of yours: your address and name, health answers, plans, sessions, doses, check-ins, ratings and reminders.</li>
        {alone.map((one) => (
          <li key={one.id}>The household “{one.name}”, with its bridges and panels: nobody else is in it.</li>
        ))}
      </ul>
    </section>
  );
}

function Stays({ shared }: { shared: readonly House[] }): JSX.Element {
  return (
    <section class="stack" aria-labelledby="stays">
      <h2 id="stays">What stays</h2>
      <ul class="stack plain-list">
        {shared.map((one) => (
          <li key={one.id}>“{one.name}”, for the others in it. You leave it at once.</li>
        ))}
        {shared.length > 0 && <li>How long the panels there have shone, your sessions included, as a number of hours.</li>}
        <li>What lies on other phones of yours: they are signed out, but what is on them can be read there until the app’s data is cleared.</li>
        <li>
          Backups, snapshots and logs on the server’s machine, and a bridge’s record of its runs, as they were made. Whoever runs it removes old copies with{" "}
          <code>python3 manage.py backup --prune 30</code> (days).
        </li>
      </ul>
    </section>
  );
}

function WhenItIs(): JSX.Element {
  return (
    <section class="stack" aria-labelledby="when">
      <h2 id="when">When</h2>
      <ul class="stack plain-list">
        <li>At once: a session of yours that runs is stopped first, then you are signed out on every phone.</li>
        <li>For seven days nothing is erased. Signing in opens the account again, with everything but households that others are in.</li>
        <li>After that it is erased, and nobody can bring it back.</li>
      </ul>
    </section>
  );
}

function Confirm(): JSX.Element {
  const act = useMemo(newAct, []);
  const password = useSignal("");
  const close = async (): Promise<void> => {
    const days = zone.peek(); // of who is about to be nobody here
    const done = await act.run(async () => {
      const { erasedAt, wiped } = await closeAccount(password.value);
      const here = wiped ? "" : " Something of yours still lies on this phone: clear the data of this site in the browser.";
      say(`Your account is closed. Until ${dayOf(erasedAt, days)} signing in opens it again.${here}`);
    });
    if (done) go("/", { replace: true });
  };
  return (
    <form
      class="plate stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void close();
      }}
    >
      <p>
        As <b class="settings-mail">{me.value?.email}</b>:
      </p>
      {waiting.value + refused.value.length > 0 && (
        <Notice tone="warn">Some of your entries are only on this phone. What cannot be sent now stays here until the data of this site is cleared.</Notice>
      )}
      <Field
        label="Your password"
        type="password"
        autocomplete="current-password"
        value={password.value}
        wrong={act.wrong.value}
        onInput={(value) => (password.value = value)}
      />
      <Button kind="main" wide type="submit" busy={act.busy.value} disabled={password.value === ""}>
        Close my account
      </Button>
      <LinkButton kind="quiet" wide href="/settings">
        Keep it
      </LinkButton>
    </form>
  );
}

function Closing(): JSX.Element {
  const mine = houses();
  const held = mine.filter((one) => one.held);
  return (
    <>
      <Goes alone={mine.filter((one) => !one.shared)} />
      <Stays shared={mine.filter((one) => one.shared)} />
      <WhenItIs />
      {held.map((one) => (
        <Notice key={one.id} tone="warn">
          <p>You are the only owner of “{one.name}”, and others are in it. Make somebody there an owner first.</p>
          <LinkButton href="/settings/household">Household</LinkButton>
        </Notice>
      ))}
      {held.length === 0 && <Confirm />}
    </>
  );
}

/** A person deletes themselves: told before what goes, what stays, and until when it can be taken back (docs/account.md). */
export default function CloseAccount(): JSX.Element {
  return (
    <Page title="Close your account" home="/settings">
      {isGuest.value ? (
        <p>As a guest you have no account: all of it is deleted after a day. Leaving the demo ends it sooner.</p>
      ) : (
        <WithRecords>
          <Closing />
        </WithRecords>
      )}
    </Page>
  );
}
