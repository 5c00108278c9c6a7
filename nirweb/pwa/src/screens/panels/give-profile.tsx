import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { giveProfile } from "../../features/panels/own";
import { rowsOf } from "../../features/records";
import { bridgeOnline } from "./panels";
import { Choice } from "./which-bridge";

const mostLetters = 16_000;

/** A profile that somebody shared, given to a bridge: by its file, or pasted. What is wrong with it is said in the bridge’s own words. */
export function GiveProfile({ bridgeId, onKept }: { bridgeId?: string | null; onKept?: () => void }): JSX.Element | null {
  const act = useMemo(newAct, []);
  const text = useSignal("");
  const kept = useSignal(false);
  const bridges = rowsOf("bridge").filter((row) => !row.body.revoked);
  const chosen = useSignal(bridgeId ?? null);
  const bridge = bridges.find((row) => row.id === chosen.value) ?? bridges[0];
  if (!bridge) return null;
  const read = async (file: File | undefined): Promise<void> => {
    kept.value = false;
    if (file) text.value = (await file.text()).slice(0, mostLetters + 1);
  };
  const send = async (): Promise<void> => {
    kept.value = false;
    if (!(await act.run(() => giveProfile(bridge.id, text.value)))) return;
    kept.value = true;
    text.value = "";
    onKept?.();
  };
  const tooLong = text.value.length > mostLetters;
  const away = bridgeOnline(bridge.id) !== true;
  return (
    <section class="plate stack">
      <h2>Have a profile?</h2>
      <p class="soft">A profile is a file that says what is sent to a panel, and what it answers. Somebody with the same panel may have shared one.</p>
      {bridges.length > 1 && <Choice bridges={bridges} chosen={bridge.id} onChoose={(id) => (chosen.value = id)} />}
      <label class="stack">
        <span>Its file</span>
        <input type="file" accept=".toml,.txt,text/plain" onChange={(event) => void read(event.currentTarget.files?.[0])} />
      </label>
      <Field label="Or its text" rows={5} value={text.value} wrong={tooLong ? "At most 16,000 letters." : null} onInput={(value) => (text.value = value)} />
      {act.wrong.value && (
        <Notice tone="warn" live>
          <p class="faults">{act.wrong.value}</p>
        </Notice>
      )}
      {kept.value && (
        <Notice tone="good" live>
          <p>The bridge checked it and keeps it. Now look for your panel again.</p>
          <div class="row">
            <LinkButton kind="main" href={`/panels/add?bridge=${bridge.id}`}>
              Look for the panel
            </LinkButton>
          </div>
        </Notice>
      )}
      {away && <p class="soft small">{bridge.body.name} is away now. It takes a profile when it is connected.</p>}
      <div class="row">
        <Button onPress={send} busy={act.busy.value} disabled={text.value.trim() === "" || tooLong || away}>
          {act.busy.value ? "The bridge reads it" : `Give it to ${bridge.body.name}`}
        </Button>
      </div>
    </section>
  );
}
