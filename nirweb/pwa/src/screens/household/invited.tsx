import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { isGuest, me } from "../../features/account/me";
import { newAct } from "../../features/act";
import { Problem } from "../../features/api";
import { join, look, type Invited } from "../../features/household/household";
import { arrivingCode, keepCode } from "../../features/household/invited";
import { go } from "../../features/router";
import { say } from "../../features/toast";
import { Page } from "../page";
import { CodeForm } from "../parts/code-form";
import "./household.css";

const THEN = `?then=${encodeURIComponent("/invited")}`;

function SignUpFirst(): JSX.Element {
  return (
    <>
      <p>You need an account of your own on this server: what you enter about your health is yours, and no one else in the household reads it.</p>
      <div class="stack">
        <LinkButton kind="main" wide href={`/join${THEN}`}>
          Create an account
        </LinkButton>
        <LinkButton wide href={`/signin${THEN}`}>
          I have one
        </LinkButton>
      </div>
    </>
  );
}

const named = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(" and ");

/** What joining would change, before anything is done [M13]. */
function WhatThen({ invited }: { invited: Invited }): JSX.Element {
  return (
    <ul class="stack plain-list">
      <li>You may run and stop the panels of “{invited.household}”.</li>
      <li>The others see your name, your mark, and when you are using a panel. They see nothing of your health, your plans or your doses.</li>
      <li>Your entries, plans and limits stay yours and go with you.</li>
      {invited.leaves.length > 0 && <li>Your own household {named(invited.leaves)} is dropped: there is nothing in it.</li>}
      {invited.keeps.length > 0 && <li>You also stay where you were, in {named(invited.keeps)}, with its bridges and panels.</li>}
      <li>You may leave at any time, under Settings, Household.</li>
    </ul>
  );
}

interface AskedProps {
  code: string;
  invited: Invited;
  onOther: () => void;
}

function Join({ code, invited, onOther }: AskedProps): JSX.Element {
  const act = useMemo(newAct, []);
  const agree = async (): Promise<void> => {
    if (!(await act.run(() => join(code)))) return;
    keepCode("");
    say(`You are in “${invited.household}”.`);
    go("/", { replace: true });
  };
  return (
    <>
      <p>
        As <b>{me.value?.display_name || me.value?.email}</b>:
      </p>
      <WhatThen invited={invited} />
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <Button kind="main" wide onPress={agree} busy={act.busy.value}>
        Join
      </Button>
      <Button kind="quiet" wide onPress={onOther}>
        Not now
      </Button>
    </>
  );
}

function Asked(props: AskedProps): JSX.Element {
  const { invited } = props;
  return (
    <section class="plate stack" aria-labelledby="invitation">
      <h2 id="invitation">
        {invited.made_by || "Somebody"} asks you into “{invited.household}”
      </h2>
      {isGuest.value && <Notice>You are trying the demo. A household is joined with an account.</Notice>}
      {!me.value || isGuest.value ? (
        <SignUpFirst />
      ) : invited.member ? (
        <>
          <p>You are in this household already.</p>
          <LinkButton wide href="/">
            Go to today
          </LinkButton>
        </>
      ) : (
        <Join {...props} />
      )}
    </section>
  );
}

/** A code that lets nobody in is not kept; one that could not be asked about is tried again after a reload. */
function forgetWhatIsOver(error: unknown): never {
  if (error instanceof Problem && error.status === 404) keepCode("");
  throw error;
}

/** Where the link of an invitation leads; the code can be typed or pasted too, for an app on the home screen gets no links. */
export default function InvitedScreen(): JSX.Element {
  const act = useMemo(newAct, []);
  const code = useSignal("");
  const invited = useSignal<Invited | null>(null);
  const ask = async (): Promise<void> => {
    await act.run(async () => (invited.value = await look(code.value).catch(forgetWhatIsOver)));
    if (invited.value) keepCode(code.value);
  };
  useEffect(() => {
    const arrive = (): void => {
      code.value = arrivingCode();
      if (code.value) void ask();
    };
    arrive();
    addEventListener("hashchange", arrive); // another link opened in this very tab
    return () => {
      removeEventListener("hashchange", arrive);
    };
  }, []);
  if (invited.value) {
    return (
      <Page title="An invitation" home="/">
        <Asked
          code={code.value}
          invited={invited.value}
          onOther={() => {
            keepCode("");
            go("/", { replace: true });
          }}
        />
      </Page>
    );
  }
  return (
    <Page title="An invitation" home="/">
      <CodeForm
        label="Code or link"
        hint="An owner of the household makes it under Settings, Household. It works once, for a day."
        code={code}
        maxLength={300}
        act={act}
        button="Look at it"
        onAsk={ask}
      />
    </Page>
  );
}
