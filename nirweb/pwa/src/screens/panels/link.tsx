import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field, Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { isOwner } from "../../features/household/people";
import { approve, cleanCode, deny, lookUp, type Asking } from "../../features/panels/panels";
import { go } from "../../features/router";
import { say } from "../../features/toast";
import { Page } from "../page";
import { CodeForm } from "../parts/code-form";
import "./panels.css";

function Waiting({ code, asking, onOver }: { code: string; asking: Asking; onOver: () => void }): JSX.Element {
  const act = useMemo(newAct, []);
  const name = useSignal(asking.name);
  const [first, ...others] = asking.households;
  const into = useSignal(first?.id ?? null);
  const allow = async (): Promise<void> => {
    if (!(await act.run(() => approve(code, name.value.trim(), into.value)))) return;
    say(`${name.value.trim() || asking.name} is linked.`);
    go("/panels", { replace: true });
  };
  const refuse = async (): Promise<void> => {
    if (!(await act.run(() => deny(code)))) return;
    say("It was sent away.");
    onOver();
  };
  return (
    <section class="plate stack">
      <h2>“{asking.name}” waits</h2>
      <p>
        It calls itself {asking.name}, {asking.software}. Let it in only if you just started it yourself and it shows the same code:
      </p>
      <p class="code num">{code}</p>
      {others.length > 0 && (
        <Group legend="Into which household?" hint="Its people run the panels of this bridge." chips>
          {asking.households.map((one) => (
            <Pick key={one.id} chip kind="one" name="household" label={one.name} checked={into.value === one.id} onPick={() => (into.value = one.id)} />
          ))}
        </Group>
      )}
      {asking.again && into.value === first?.id && <Notice>It was here before, and keeps its panels.</Notice>}
      <Field label="Name for it" value={name.value} maxLength={80} onInput={(value) => (name.value = value)} />
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <div class="row">
        <Button kind="main" onPress={allow} busy={act.busy.value}>
          It is mine, let it in
        </Button>
        <Button onPress={refuse} busy={act.busy.value}>
          Not mine
        </Button>
      </div>
    </section>
  );
}

/** The device grant, from the owner's side: a code, who waits behind it, yes or no. Nothing is let in by itself. */
export default function Link(): JSX.Element {
  const act = useMemo(newAct, []);
  const code = useSignal(cleanCode(new URLSearchParams(location.search).get("code") ?? ""));
  const asking = useSignal<Asking | null>(null);
  const look = async (): Promise<void> => {
    await act.run(async () => (asking.value = await lookUp(cleanCode(code.value))));
  };
  useEffect(() => {
    if (code.peek() !== "" && isOwner()) void look();
  }, []);
  return (
    <Page title="Link a bridge" home="/panels">
      {!isOwner() && <Notice tone="warn">Only an owner of this household can link a bridge.</Notice>}
      {asking.value ? (
        <Waiting
          code={cleanCode(code.value)}
          asking={asking.value}
          onOver={() => {
            asking.value = null;
            code.value = "";
          }}
        />
      ) : (
        <CodeForm
          label="Code"
          hint="The bridge shows it when it starts; so does manage.py up."
          code={code}
          maxLength={20}
          act={act}
          button="Who is it?"
          disabled={!isOwner()}
          onAsk={look}
        />
      )}
    </Page>
  );
}
