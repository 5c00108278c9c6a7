import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { now, opened, zone } from "../../features/records";
import { notSavedWords, useOnce } from "../../features/saving";
import { say } from "../../features/toast";
import { localDate } from "../../features/words";

/** The agreement is a record with its date: nothing here decides for the clinician. */
export function Agreement({ questionId, words }: { questionId: string; words: string }): JSX.Element {
  const today = localDate(now(), zone.value);
  const on = useSignal(today);
  const note = useSignal("");
  const open = useSignal(false);
  const wrong = useSignal<string | null>(null);
  const save = useOnce()(async () => {
    if (!/^\d{4}-\d\d-\d\d$/.test(on.value) || on.value > today) {
      wrong.value = "Enter the day of the agreement; it cannot lie ahead.";
      return;
    }
    try {
      const id = await opened().write("agreement", { question_id: questionId, agreed_on: on.value, clinician_note: note.value.trim() });
      say("The agreement is recorded.", () => opened().correct("agreement", id, null, "undone"));
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  });
  return (
    <section class="plate stack">
      <h2 class="lead">{words}</h2>
      {open.value ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Field label="A clinician agreed on" type="date" max={today} value={on.value} wrong={wrong.value} onInput={(value) => (on.value = value)} />
          <Field label="What they said, if you like" rows={2} maxLength={500} value={note.value} onInput={(value) => (note.value = value)} />
          <Button kind="main" type="submit">
            Record it
          </Button>
        </form>
      ) : (
        <div>
          <Button icon="pen" onPress={() => (open.value = true)}>
            A clinician agreed
          </Button>
        </div>
      )}
    </section>
  );
}
