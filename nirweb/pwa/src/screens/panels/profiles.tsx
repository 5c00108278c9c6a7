import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Empty, Loading, Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { wordsOf } from "../../features/api";
import { isOwner } from "../../features/household/people";
import { lineOpen } from "../../features/line/line";
import { giveProfile, ownProfiles, removeProfile, shareProfile, type OwnProfile } from "../../features/panels/own";
import { rowOf } from "../../features/records";
import { later, leaving, say } from "../../features/toast";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { GiveProfile } from "./give-profile";
import { bridgeOnline } from "./panels";
import "./panels.css";

const idOf = (one: OwnProfile): string => `${one.bridge_id} ${one.file}`;

/** A newer file in its place: the bridge says why not, where it may not. */
function Newer({ one, onDone }: { one: OwnProfile; onDone: () => void }): JSX.Element {
  const act = useMemo(newAct, []);
  const give = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (!(await act.run(async () => giveProfile(one.bridge_id, await file.text())))) return;
    say("The bridge checked it and keeps it.");
    onDone();
  };
  return (
    <>
      <label class="stack">
        <span>{act.busy.value ? "The bridge reads it." : "A newer file of it"}</span>
        <input type="file" accept=".toml,.txt,text/plain" disabled={act.busy.value} onChange={(event) => void give(event.currentTarget.files?.[0])} />
      </label>
      {act.wrong.value && (
        <Notice tone="warn" live>
          <p class="faults">{act.wrong.value}</p>
        </Notice>
      )}
    </>
  );
}

function Manage({ one, onChange }: { one: OwnProfile; onChange: () => void }): JSX.Element {
  const used = one.panels.map((panel) => panel.name).join(", ");
  const remove = (): void => {
    later(
      idOf(one),
      `${one.name || one.file} is removed.`,
      async () => {
        await removeProfile(one);
        onChange();
        leaving.value = leaving.value.filter((id) => id !== idOf(one));
      },
      (error) => {
        say(`It is still here: ${wordsOf(error)}`);
      },
    );
  };
  if (bridgeOnline(one.bridge_id) !== true) return <p class="soft small">Its bridge is away: it can be changed or removed when the bridge is back.</p>;
  return (
    <>
      <Newer one={one} onDone={onChange} />
      {used ? (
        <p class="soft small">To remove it, remove {used} first.</p>
      ) : (
        <div>
          <Button kind="quiet" icon="bin" onPress={remove}>
            Remove it
          </Button>
        </div>
      )}
    </>
  );
}

function One({ one, onChange }: { one: OwnProfile; onChange: () => void }): JSX.Element {
  const bridge = rowOf("bridge", one.bridge_id)?.body;
  return (
    <li class="plate stack">
      <h2>{one.name || one.file}</h2>
      <p class="soft small typed-name">
        {one.file}, kept by {bridge?.name ?? "a bridge"}
      </p>
      {one.faults ? (
        <Notice tone="warn">
          <p>
            <b>It is not used:</b>
          </p>
          <p class="faults">{one.faults}</p>
        </Notice>
      ) : (
        <p>
          Checked, without a fault. {one.panels.length === 0 ? "No panel is run by it yet." : "It runs "}
          {one.panels.map((panel, index) => (
            <span key={panel.id}>
              {index > 0 && ", "}
              <a href={`/panels/${panel.id}`}>{panel.name}</a>
            </span>
          ))}
          {one.panels.length > 0 && "."}
        </p>
      )}
      {one.text && (
        <>
          <details>
            <summary>Look at it</summary>
            <pre class="profile-text small" tabIndex={0}>
              {one.text}
            </pre>
          </details>
          <div class="row">
            <Button icon="share" onPress={() => shareProfile(one)}>
              Share its file
            </Button>
          </div>
        </>
      )}
      {bridge && isOwner(bridge.household_id) && <Manage one={one} onChange={onChange} />}
    </li>
  );
}

function List({ all, wrong, onChange }: { all: Signal<OwnProfile[] | null>; wrong: string | null; onChange: () => void }): JSX.Element {
  if (all.value === null) {
    if (wrong === null) return <Loading />;
    return (
      <Notice tone="warn" icon="offline">
        <p>Your profiles are kept by your bridges and told by the server. {wrong}</p>
      </Notice>
    );
  }
  const shown = all.value.filter((one) => !leaving.value.includes(idOf(one)));
  if (shown.length === 0) {
    return (
      <Empty icon="panel" title="None of your own yet">
        Many panels need none: their profile comes with the bridge. For another make, give your bridge the file that somebody shared, or make one.
      </Empty>
    );
  }
  return (
    <ul class="stack">
      {shown.map((one) => (
        <One key={idOf(one)} one={one} onChange={onChange} />
      ))}
    </ul>
  );
}

function Profiles(): JSX.Element {
  const act = useMemo(newAct, []);
  const all = useSignal<OwnProfile[] | null>(null);
  const load = (): void => void act.run(async () => (all.value = await ownProfiles()));
  useEffect(load, [lineOpen.value]);
  return (
    <>
      <List all={all} wrong={act.wrong.value} onChange={load} />
      {isOwner() && <GiveProfile onKept={load} />}
      <p class="small">
        <a href="/panels/unknown">How a profile is made</a>
      </p>
    </>
  );
}

/** The panel profiles of one’s own: which there are, what they are for, to share, renew and remove. */
export default function ProfilesScreen(): JSX.Element {
  return (
    <Page title="Your panel profiles" home="/panels">
      <WithRecords>
        <Profiles />
      </WithRecords>
    </Page>
  );
}
