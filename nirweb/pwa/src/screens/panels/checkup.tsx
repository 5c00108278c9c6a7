import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Icon } from "../../design/icon";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { lineOpen } from "../../features/line/line";
import { checkUp, lastCheckup, type Checkup } from "../../features/panels/own";
import { zone } from "../../features/records";
import { whenOf } from "../../features/words";
import { bridgeOnline } from "./panels";

type Finding = Checkup["findings"][number];
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function Found({ finding }: { finding: Finding }): JSX.Element {
  const [tone, word] = finding.verdict === "wrong" ? (["warn", "Wrong"] as const) : (["plain", "To mind"] as const);
  return (
    <li>
      <Notice tone={tone}>
        <p class="faults">
          <b>{word}:</b> {finding.text}
        </p>
        {finding.mend && (
          <p class="soft faults">
            <b>To mend it:</b> {finding.mend}
          </p>
        )}
      </Notice>
    </li>
  );
}

function Told({ told }: { told: Checkup }): JSX.Element {
  const bad = told.findings.filter((one) => one.verdict !== "ok");
  const good = told.findings.filter((one) => one.verdict === "ok");
  return (
    <>
      <p class="soft small">Looked at {whenOf(new Date(told.at ?? ""), zone.value)}</p>
      {bad.length === 0 ? (
        <p class="row">
          <Icon name="check" /> Nothing is wrong.
        </p>
      ) : (
        <ul class="stack">
          {bad.map((one) => (
            <Found key={one.rule + one.text} finding={one} />
          ))}
        </ul>
      )}
      {good.length > 0 && (
        <details>
          <summary>{counted(good.length, "thing is", "things are")} as they should be</summary>
          <ul class="stack small">
            {good.map((one) => (
              <li class="faults" key={one.rule + one.text}>
                {one.text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Without the bridge nobody looks: what a person can do at its machine, in the order that helps most often. */
function WhatToTry(): JSX.Element {
  return (
    <div class="stack">
      <p>It is not connected, so it cannot look now. What to try:</p>
      <ol class="stack steps">
        <li>See that the machine it runs on is on, and in the network.</li>
        <li>Start the bridge there, or the machine itself again.</li>
        <li>
          Have it look there, in the bridge’s folder: <code class="typed">python3 -m ble_bridge doctor --home .</code>
        </li>
        <li>If it shows a code, let it in anew under “Link a bridge”: its panels stay.</li>
      </ol>
    </div>
  );
}

/** What the bridge’s own doctor finds, asked for by a tap, and what it said last [G60, G61]. */
export function CheckupPlate({ id }: { id: string }): JSX.Element {
  const act = useMemo(newAct, []);
  const told = useSignal<Checkup | null>(null);
  const online = lineOpen.value && bridgeOnline(id) === true;
  useEffect(() => {
    void lastCheckup(id).then(
      (last) => (told.value = last),
      () => undefined,
    );
  }, [id, lineOpen.value]);
  const look = (): Promise<boolean> => act.run(async () => (told.value = await checkUp(id)));
  return (
    <section class="plate stack">
      <h2>Is it well?</h2>
      {!lineOpen.value && <p class="soft">The server is out of reach, so the bridge cannot be asked.</p>}
      {lineOpen.value && bridgeOnline(id) === false && <WhatToTry />}
      {told.value?.at ? <Told told={told.value} /> : <p class="soft">It looks at its radio, its permissions, its folder, its clock, and its way to the server.</p>}
      {act.wrong.value && (
        <Notice tone="warn" live>
          {act.wrong.value}
        </Notice>
      )}
      <div class="row" role="status">
        <Button icon="signal" onPress={look} busy={act.busy.value} disabled={!online}>
          {act.busy.value ? "It looks, some seconds" : told.value?.at ? "Look again" : "Let it look"}
        </Button>
      </div>
    </section>
  );
}
