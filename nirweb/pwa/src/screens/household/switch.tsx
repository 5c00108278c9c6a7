import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button, LinkButton, RoundButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { PersonMark } from "../../design/person";
import { leavePhone } from "../../features/account/leaving";
import { me, nobody } from "../../features/account/me";
import { signInAs } from "../../features/account/sign-in-as";
import { newAct } from "../../features/act";
import { forgetPerson, known, type Known } from "../../features/household/on-this-phone";
import { opened, ownName, refused, waiting } from "../../features/records";
import { go } from "../../features/router";
import { inRun } from "../../features/session/control";
import { say } from "../../features/toast";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";

/** What is unsent stays with whom it is of, and says so before they hand the phone over [M61]. */
function Unsent(): JSX.Element | null {
  const count = waiting.value + refused.value.length;
  if (count === 0) return null;
  return (
    <Notice tone="warn">
      {count === 1 ? "One entry of yours is" : `${count} entries of yours are`} not sent yet. {count === 1 ? "It stays" : "They stay"} on this phone, in your own
      records, and {count === 1 ? "goes" : "go"} out when you are back.
    </Notice>
  );
}

function Others(): JSX.Element {
  const act = useMemo(newAct, []);
  const going = useSignal("");
  const others = known.value.filter((one) => one.id !== me.value?.id);
  const handOver = async (to: Known | null): Promise<void> => {
    going.value = to?.id ?? "new";
    const done = await act.run(async () => {
      await opened().syncNow();
      await leavePhone();
    });
    if (!done) return;
    signInAs.value = to?.email ?? "";
    nobody();
    go(`/signin?then=${encodeURIComponent("/session")}`, { replace: true });
  };
  const busy = (id: string): boolean => act.busy.value && going.value === id;
  return (
    <>
      <p>
        {ownName.value || "Somebody"} is signed in. Each has a part of this phone of their own: entries, plans and limits never mix.
      </p>
      <Unsent />
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      {inRun.value && <Notice tone="warn">A session of yours is open. End it first: its stop stays with you.</Notice>}
      <ul class="stack">
        {others.map((one) => (
          <li key={one.id} class="row">
            <span class="grow">
              <Button wide disabled={inRun.value} busy={busy(one.id)} onPress={() => handOver(one)}>
                <span class="row person-choice">
                  <PersonMark colour={one.colour} /> I am {one.name}
                </span>
              </Button>
            </span>
            <RoundButton
              icon="bin"
              label={`Forget ${one.name} on this phone`}
              onPress={() => {
                forgetPerson(one.id);
                say(`${one.name} is not listed here any more.`);
              }}
            />
          </li>
        ))}
      </ul>
      <Button wide disabled={inRun.value} busy={busy("new")} onPress={() => handOver(null)}>
        Somebody else
      </Button>
      <LinkButton kind="quiet" wide href="/session">
        Stay {ownName.value}
      </LinkButton>
    </>
  );
}

/** Another person takes the phone: the first is signed out, their records are closed, and the next signs in [M60]. */
export default function Switch(): JSX.Element {
  return (
    <Page title="Who is here?" home="/session">
      <WithRecords>
        <Others />
      </WithRecords>
    </Page>
  );
}
