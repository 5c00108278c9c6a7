import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { isGuest } from "../../features/account/me";
import { askPhones, removePhone, type SignedInPhone } from "../../features/account/phones";
import { newAct, type Act } from "../../features/act";
import { zone } from "../../features/records";
import { nameOf } from "../../features/reminders/ability";
import { say } from "../../features/toast";
import { dayOf, whenOf } from "../../features/words";
import { Page } from "../page";

const HOUR_MS = 3_600_000;

function seenWords(phone: SignedInPhone): string {
  if (phone.current) return "This phone";
  const last = new Date(phone.last_seen_at);
  return Date.now() - last.getTime() < HOUR_MS ? "Used in the last hour" : `Last used ${whenOf(last, zone.value)}`;
}

function One({ phone, act, then }: { phone: SignedInPhone; act: Act; then: () => Promise<void> }): JSX.Element {
  const asked = useSignal(false);
  const name = nameOf(phone.user_agent, 0);
  const remove = async (): Promise<void> => {
    if (!(await act.run(() => removePhone(phone.id)))) return;
    say(`${name} is signed out.`);
    await then();
  };
  return (
    <li class="plate flat stack">
      <p>
        <b>{name}</b>
        <br />
        <span class="soft small">
          {seenWords(phone)}. Signed in on {dayOf(new Date(phone.signed_in_at), zone.value)}.
        </span>
      </p>
      {!phone.current && !asked.value && (
        <div>
          <Button kind="quiet" icon="bin" onPress={() => (asked.value = true)}>
            Remove
          </Button>
        </div>
      )}
      {asked.value && (
        <>
          <p class="small">It is signed out at once, and its reminders end. What it has not sent yet stays on it.</p>
          <div class="row">
            <Button onPress={remove} busy={act.busy.value}>
              Sign it out
            </Button>
            <Button kind="quiet" onPress={() => (asked.value = false)}>
              Keep it
            </Button>
          </div>
        </>
      )}
    </li>
  );
}

function List(): JSX.Element {
  const act = useMemo(newAct, []);
  const phones = useSignal<readonly SignedInPhone[]>([]);
  const ask = useCallback(async (): Promise<void> => {
    await act.run(async () => (phones.value = await askPhones()));
  }, [act, phones]);
  useEffect(() => void ask(), [ask]);
  return (
    <>
      <p>Everywhere you are signed in. Remove a phone that you lost or gave away.</p>
      {act.wrong.value && (
        <Notice tone="warn" live>
          <p>{act.wrong.value}</p>
          <div>
            <Button onPress={ask} busy={act.busy.value}>
              Try again
            </Button>
          </div>
        </Notice>
      )}
      <ul class="stack">
        {phones.value.map((phone) => (
          <One key={phone.id} phone={phone} act={act} then={ask} />
        ))}
      </ul>
    </>
  );
}

export default function Phones(): JSX.Element {
  return (
    <Page title="Signed-in phones" home="/settings">
      {isGuest.value ? <p>A guest is signed in on this phone only.</p> : <List />}
    </Page>
  );
}
