import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../design/button";
import { Field, Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { consequences, degrees, empty, ofSession, signs } from "../../features/checkin/draft";
import { isNearEyes } from "../../features/places";
import { now, opened, rowOf } from "../../features/records";
import { go } from "../../features/router";
import { notSavedWords, useOnce } from "../../features/saving";
import { say } from "../../features/toast";
import { roomLeft } from "../../features/words";
import { Page } from "../page";
import { Places } from "../parts/places";
import { Degrees, Ten } from "../parts/scales";
import { WithRecords } from "../parts/with-records";

/** Characters that the records take. */
const MOST_NOTE = 2000;

function sessionFrom(search: string): { id: string | null; sites: readonly string[] } {
  const id = new URLSearchParams(search).get("session");
  const body = id === null ? undefined : (rowOf("session", id) ?? rowOf("session_log", id))?.body;
  return { id: body ? id : null, sites: body?.sites ?? [] };
}

function Form(): JSX.Element {
  const session = sessionFrom(location.search);
  const draft = useSignal(empty(session.sites, session.id));
  const begun = useRef(false);
  useEffect(() => {
    if (session.id !== null) draft.value = ofSession(draft.value, session.id, begun.current ? null : session.sites);
  }, [session.id]);
  const wrong = useSignal<string | null>(null);
  const change = (part: Partial<typeof draft.value>): void => {
    begun.current = true;
    draft.value = { ...draft.value, ...part };
  };
  const save = useOnce()(async () => {
    try {
      const id = await opened().write("checkin", { ...draft.value, note: draft.value.note.trim(), at: now().toISOString() });
      go(session.id === null ? "/log" : `/log/${session.id}`, { replace: true });
      say("Check-in saved", () => opened().correct("checkin", id, null, "undone"));
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  });
  const follows = consequences(draft.value);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Ten legend="How was it?" low="very unpleasant" high="very pleasant" value={draft.value.comfort} onChange={(comfort) => { change({ comfort }); }} />
      <Places legend="Where?" chosen={draft.value.sites} onChange={(sites) => { change({ sites }); }} />
      {signs.map((sign) => (
        <Degrees key={sign.id} legend={sign.name} words={degrees} value={draft.value[sign.id]} onChange={(value) => { change({ [sign.id]: value }); }} />
      ))}
      <Group legend="And">
        <Pick label="Redness that is still there a day later" checked={draft.value.redness_lasting} onPick={(on) => { change({ redness_lasting: on }); }} />
        <Pick label="A blister" checked={draft.value.blister} onPick={(on) => { change({ blister: on }); }} />
        <Pick
          label="Trouble with the eyes"
          more={isNearEyes(draft.value.sites) ? "Pain, spots, blurred or dazzled sight" : "Also when the light went elsewhere"}
          checked={draft.value.eye_trouble}
          onPick={(on) => { change({ eye_trouble: on }); }}
        />
      </Group>
      <Field label="Anything else" rows={3} maxLength={MOST_NOTE} hint={roomLeft(draft.value.note, MOST_NOTE)} value={draft.value.note} onInput={(note) => { change({ note }); }} />
      <div role="status" aria-live="polite">
        {follows.length > 0 && (
          <Notice tone="warn">
            {follows.map((words) => (
              <p key={words}>{words}</p>
            ))}
          </Notice>
        )}
      </div>
      {wrong.value && (
        <Notice tone="bad" live>
          {wrong.value}
        </Notice>
      )}
      <Button kind="main" wide type="submit">
        Save the check-in
      </Button>
    </form>
  );
}

export default function CheckIn(): JSX.Element {
  return (
    <Page title="Check-in" home="/log" lead="What you note here protects you: a place that reacts is given a rest.">
      <WithRecords>
        <Form />
      </WithRecords>
    </Page>
  );
}
