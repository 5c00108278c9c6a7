import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Field, Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { PersonMark } from "../../design/person";
import { leavePhone } from "../../features/account/leaving";
import { isGuest, me, nobody } from "../../features/account/me";
import { MARKS } from "../../domain/marks";
import { isSeen } from "../../domain/names";
import { wordsOf } from "../../features/api";
import { ownMark } from "../../features/household/people";
import { way } from "../../features/install/install";
import { phoneZone } from "../../features/phone-zone";
import { opened, ownColour, ownName, profile, records, waiting, zone } from "../../features/records";
import { go } from "../../features/router";
import { inRun } from "../../features/session/control";
import { notSavedWords } from "../../features/saving";
import { chooseTheme, theme, type Theme } from "../../features/theme";
import { say } from "../../features/toast";
import { afterPaint } from "../../store/after-paint";
import { Address } from "../moved/address";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { Skin } from "./skin";
import { SyncState } from "./sync-state";
import "./settings.css";

const themeNames: Record<Theme, string> = { auto: "As the phone", light: "Light", dark: "Dark", night: "Night, red only" };

/** Kept on this phone at once, and with the person for their next one. */
function choose(wish: Theme): void {
  chooseTheme(wish);
  const id = me.value?.id;
  if (id) records.value?.write("profile", { theme: wish }, { id }).catch(() => undefined);
}

function Look(): JSX.Element {
  return (
    <Group legend="Look" hint="Night has no blue light: for the hour before bed." chips>
      {(Object.keys(themeNames) as Theme[]).map((one) => (
        <Pick key={one} chip kind="one" name="theme" label={themeNames[one]} checked={theme.value === one} onPick={() => { choose(one); }} />
      ))}
    </Group>
  );
}

/** Saved when the field is left: no button to forget. A name that comes from elsewhere meanwhile does not take away what is typed. */
function Name(): JSX.Element {
  const typed = useSignal<string | null>(null);
  const wrong = useSignal<string | null>(null);
  const save = async (): Promise<void> => {
    const id = me.value?.id;
    const before = ownName.value;
    const after = (typed.value ?? before).trim();
    if (!id || after === before) {
      typed.value = null;
      return;
    }
    if (!isSeen(after)) {
      wrong.value = "Your name is shown at every start, so that the dose goes to the right person.";
      return;
    }
    try {
      await opened().write("profile", { display_name: after }, { id });
      wrong.value = null;
      typed.value = null;
      say("Name saved", () => opened().write("profile", { display_name: before }, { id }));
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  };
  return (
    <div onFocusOut={() => void save()}>
      <Field label="Your name" maxLength={80} autocomplete="given-name" value={typed.value ?? ownName.value} onInput={(value) => { typed.value = value; }} wrong={wrong.value} hint="Shown at a start, so that the dose goes to the right person." />
    </div>
  );
}

/** Where somebody who came before has it, another is shown: said, so that nobody wonders. */
function markHint(): string {
  const shown = ownMark();
  const why = "Stands beside your name, so that a household tells its people apart.";
  return shown === ownColour.value ? why : `${why} Somebody in your household has ${ownColour.value} already: you are shown with ${shown}.`;
}

function Colour(): JSX.Element {
  const wrong = useSignal<string | null>(null);
  const choose = (colour: string): void => {
    const id = me.value?.id;
    if (!id) return;
    opened()
      .write("profile", { colour }, { id })
      .then(
        () => (wrong.value = null),
        (error: unknown) => (wrong.value = notSavedWords(error)),
      );
  };
  return (
    <Group legend="Your mark" hint={markHint()} chips>
      {MARKS.map((one) => (
        <Pick
          key={one}
          chip
          kind="one"
          name="colour"
          label={
            <span class="row settings-colour">
              <PersonMark colour={one} /> {one}
            </span>
          }
          checked={ownColour.value === one}
          onPick={() => { choose(one); }}
        />
      ))}
      {wrong.value && <Notice tone="bad" live>{wrong.value}</Notice>}
    </Group>
  );
}

function Zone(): JSX.Element | null {
  const found = useSignal<string | null>(null);
  useEffect(() => {
    afterPaint(() => (found.value = phoneZone()));
  }, []);
  const here = found.value ?? zone.value;
  const move = async (): Promise<void> => {
    const id = me.value?.id;
    const before = zone.value;
    if (!id) return;
    await opened().write("profile", { zone: here }, { id });
    say(`Your days are now those of ${here}`, () => opened().write("profile", { zone: before }, { id }));
  };
  return (
    <div class="stack">
      <p class="row apart">
        <span>Time zone</span>
        <span>{zone.value.replaceAll("_", " ")}</span>
      </p>
      {profile.value !== null && here !== zone.value && (
        <Notice>
          <p>This phone is in {here.replaceAll("_", " ")}. Your planned times are those of {zone.value.replaceAll("_", " ")}.</p>
          <div>
            <Button onPress={move}>Use the phone's zone</Button>
          </div>
        </Notice>
      )}
    </div>
  );
}

const onlyHere = (count: number): string =>
  count === 1
    ? "1 of your entries is only on this phone. Sign out once it is sent; until then it stays safe here."
    : `${count} of your entries are only on this phone. Sign out once they are sent; until then they stay safe here.`;

/** So long sending may take before it is said that something is only here: a network that swallows everything takes half a minute to tell. */
const PATIENCE_MS = 6_000;

/** Signing out with something unsent would strand it here: first it is sent. */
function Leave(): JSX.Element {
  const wrong = useSignal<string | null>(null);
  const busy = useSignal(false);
  const leave = async (): Promise<void> => {
    busy.value = true;
    wrong.value = null;
    await Promise.race([opened().syncNow(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    const advice = opened().signOutGuard();
    if (!advice.safe) {
      busy.value = false;
      wrong.value = onlyHere(advice.waiting + advice.refused);
      return;
    }
    try {
      await leavePhone();
      nobody();
      go("/", { replace: true });
    } catch (error) {
      wrong.value = wordsOf(error);
    }
    busy.value = false;
  };
  return (
    <section class="stack">
      {wrong.value && (
        <Notice tone="warn" live>
          {wrong.value}
        </Notice>
      )}
      {inRun.value && <Notice tone="warn">A session of yours is open. End it first: its stop stays with you.</Notice>}
      <Button icon="out" wide disabled={inRun.value} onPress={leave} busy={busy.value}>
        {isGuest.value ? "Leave the demo" : "Sign out"}
      </Button>
    </section>
  );
}

function Own(): JSX.Element {
  return (
    <>
      <section class="stack" aria-labelledby="you">
        <h2 id="you">You</h2>
        {me.value?.email && (
          <p class="row apart">
            <span>Account</span>
            <span class="settings-mail">{me.value.email}</span>
          </p>
        )}
        <Name />
        <Colour />
        <Zone />
        <details>
          <summary>Your skin in the sun</summary>
          <Skin />
        </details>
        <LinkButton href="/settings/household">Household</LinkButton>
        <LinkButton href="/settings/install">{way.value === "installed" ? "On your home screen" : "Put it on your home screen"}</LinkButton>
        <LinkButton href="/settings/reminders">Reminders</LinkButton>
        <LinkButton href="/screening/outcome">Health questions</LinkButton>
        <LinkButton href="/holds">Places on hold</LinkButton>
        <LinkButton href="/evidence">What is known</LinkButton>
        <LinkButton href="/settings/phones">Signed-in phones</LinkButton>
        <LinkButton href="/settings/agreement">Your agreement</LinkButton>
        {!isGuest.value && <LinkButton href="/settings/close">Close your account</LinkButton>}
      </section>
      <section class="stack" aria-labelledby="kept-here">
        <h2 id="kept-here">{waiting.value === 0 ? "Sync" : `Not synced: ${waiting.value}`}</h2>
        <SyncState />
      </section>
      <Address />
      <Leave />
    </>
  );
}

export default function Settings(): JSX.Element {
  return (
    <Page title="Settings">
      <Look />
      <WithRecords>
        <Own />
      </WithRecords>
    </Page>
  );
}
