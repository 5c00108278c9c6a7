import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { commandNotes } from "../../features/line/line";
import { giveProfile } from "../../features/panels/panels";
import { rowsOf } from "../../features/records";
import { bridgeOnline } from "./panels";

const mostLetters = 16_000;

/** What became of it, in the bridge’s own words: each fault with its line. */
function Answer({ commandId }: { commandId: string }): JSX.Element {
  const note = commandNotes.value[commandId]?.said;
  if (note?.state === "ok") {
    return (
      <Notice tone="good" live>
        <p>Kept: {note.detail}. Look for panels again.</p>
      </Notice>
    );
  }
  if (note && note.state !== "sent" && note.state !== "granted") {
    const faults = note.detail || "The bridge did not take it in time. Try again.";
    return (
      <Notice tone="warn" live>
        <p class="faults">{faults}</p>
      </Notice>
    );
  }
  return <p role="status">The bridge reads it.</p>;
}

/** A profile that somebody shared, given to the bridge: by its file, or pasted. */
export function GiveProfile(): JSX.Element | null {
  const act = useMemo(newAct, []);
  const text = useSignal("");
  const sent = useSignal<string | null>(null);
  const bridge = rowsOf("bridge").find((row) => !row.body.revoked);
  if (!bridge) return null;
  const read = async (file: File | undefined): Promise<void> => {
    if (file) text.value = (await file.text()).slice(0, mostLetters + 1);
  };
  const send = async (): Promise<void> => {
    sent.value = null;
    await act.run(async () => (sent.value = await giveProfile(bridge.id, text.value)));
  };
  const tooLong = text.value.length > mostLetters;
  return (
    <section class="plate stack">
      <h2>Have a profile?</h2>
      <label class="stack">
        <span>Its file</span>
        <input type="file" accept=".toml,text/plain" onChange={(event) => void read(event.currentTarget.files?.[0])} />
      </label>
      <Field label="Or its text" rows={5} value={text.value} wrong={tooLong ? "At most 16,000 letters." : null} onInput={(value) => (text.value = value)} />
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      {sent.value && <Answer commandId={sent.value} />}
      <div class="row">
        <Button onPress={send} busy={act.busy.value} disabled={text.value.trim() === "" || tooLong || bridgeOnline(bridge.id) !== true}>
          Give it to {bridge.body.name}
        </Button>
      </div>
    </section>
  );
}
