import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { PersonMark } from "../../design/person";
import { isGuest } from "../../features/account/me";
import { newAct } from "../../features/act";
import { wordsOf } from "../../features/api";
import { changeRole, leave, removePerson, rename } from "../../features/household/household";
import { isOwner, myHouseholds, peopleOf, type Someone } from "../../features/household/people";
import { zone } from "../../features/records";
import { later, leaving, say } from "../../features/toast";
import { dayOf } from "../../features/words";
import { Page } from "../page";
import { Rename } from "../parts/rename";
import { WithRecords } from "../parts/with-records";
import { Invite } from "./invite";
import "./household.css";

interface House {
  id: string;
  name: string;
}

/** Done when the time to take it back is over [M24]; from then on the rows tell. */
function soonBut(id: string, words: string, work: () => Promise<void>): void {
  const done = async (): Promise<void> => {
    await work();
    leaving.value = leaving.value.filter((one) => one !== id);
  };
  later(id, words, done, (error) => { say(`Nothing was changed: ${wordsOf(error)}`); });
}

function Person({ house, one, mayChange }: { house: House; one: Someone; mayChange: boolean }): JSX.Element {
  const here = `${house.id} ${one.userId}`;
  const remove = (): void => { soonBut(here, `${one.name} is being removed.`, () => removePerson(house.id, one.userId)); };
  const raise = (): void => { soonBut(`${here} owner`, `${one.name} becomes an owner too.`, () => changeRole(house.id, one.userId, "owner")); };
  const soon = leaving.value.includes(`${here} owner`);
  return (
    <li class="stack household-person">
      <p class="row">
        <PersonMark colour={one.colour} />
        <span class="grow">
          <b>{one.name}</b>
          {one.self && " (you)"}
          <br />
          <span class="soft small">
            {one.role === "owner" || soon ? "Owner" : "Member"} since {dayOf(new Date(one.since), zone.value)}, mark: {one.colour}
          </span>
        </span>
      </p>
      {mayChange && one.role === "member" && !soon && (
        <div class="row">
          <Button kind="quiet" onPress={raise}>
            Make {one.name} an owner
          </Button>
          <Button kind="quiet" icon="bin" onPress={remove}>
            Remove {one.name}
          </Button>
        </div>
      )}
    </li>
  );
}

/** Leaving is told beforehand: only an owner could let one in again [M20, M22]. */
function Leaving({ house, people, self }: { house: House; people: readonly Someone[]; self: Someone }): JSX.Element | null {
  const act = useMemo(newAct, []);
  const asked = useSignal(false);
  const owners = people.filter((one) => one.role === "owner");
  if (people.length < 2) return null;
  if (self.role === "owner" && owners.length === 1) {
    return <p class="soft small">You are the only owner. To leave, make somebody else an owner first.</p>;
  }
  const go = async (): Promise<void> => {
    if (await act.run(() => leave(house.id))) say(`You have left “${house.name}”.`);
  };
  const stepDown = async (): Promise<void> => {
    if (await act.run(() => changeRole(house.id, self.userId, "member"))) say("You are a member now.");
  };
  return (
    <section class="stack" aria-label={`Leave ${house.name}`}>
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      {asked.value && (
        <div class="plate stack">
          <h3>What happens then</h3>
          <ul class="stack plain-list">
            <li>A session of yours that runs on its panels is stopped first.</li>
            <li>Its panels and people are no longer on your phones.</li>
            <li>Your entries, plans and limits stay yours. Where you have no other household, you get one of your own.</li>
            <li>Only an owner can let you in again.</li>
          </ul>
          <Button kind="main" wide onPress={go} busy={act.busy.value}>
            Leave “{house.name}”
          </Button>
          <Button kind="quiet" wide onPress={() => (asked.value = false)}>
            Stay
          </Button>
        </div>
      )}
      {!asked.value && (
        <div class="row">
          {self.role === "owner" && (
            <Button kind="quiet" onPress={stepDown} busy={act.busy.value}>
              Become a member
            </Button>
          )}
          <Button kind="quiet" icon="out" onPress={() => (asked.value = true)}>
            Leave this household
          </Button>
        </div>
      )}
    </section>
  );
}

function One({ house }: { house: House }): JSX.Element {
  const people = peopleOf(house.id);
  const owner = isOwner(house.id);
  const self = people.find((one) => one.self);
  return (
    <section class="stack household" aria-labelledby={`house-${house.id}`}>
      <h2 id={`house-${house.id}`}>{house.name}</h2>
      <ul class="plate stack">
        {people
          .filter((one) => !leaving.value.includes(`${house.id} ${one.userId}`))
          .map((one) => (
            <Person key={one.userId} house={house} one={one} mayChange={owner && !one.self} />
          ))}
      </ul>
      {owner && <Invite householdId={house.id} people={people.length} />}
      {owner && (
        <details>
          <summary>Name of the household</summary>
          <Rename label="Name of the household" name={house.name} onRename={(name) => rename(house.id, name)} />
        </details>
      )}
      {self && <Leaving house={house} people={people} self={self} />}
    </section>
  );
}

function Houses(): JSX.Element {
  return (
    <>
      {myHouseholds().map((house) => (
        <One key={house.id} house={house} />
      ))}
      <details>
        <summary>What the others see of you</summary>
        <p>Your name, your mark, and when you are using a panel and until when. A panel’s hours are everybody’s together. Anybody here may stop a light, whoever lit it.</p>
        <p>Nobody sees your answers, plans, doses, sessions, holds or check-ins, and nobody else’s count against your limits.</p>
      </details>
      <LinkButton href="/switch">Somebody else takes this phone</LinkButton>
      <LinkButton href="/invited">I have an invitation</LinkButton>
    </>
  );
}

export default function HouseholdScreen(): JSX.Element {
  return (
    <Page title="Household" home="/settings">
      {isGuest.value ? (
        <p>The guests of the demo do not know each other. With an account there is a household, and others can be asked into it.</p>
      ) : (
        <WithRecords>
          <Houses />
        </WithRecords>
      )}
    </Page>
  );
}
