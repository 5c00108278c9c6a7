import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { panelStates, watch } from "../../features/line/line";
import { bondStep } from "../../features/panels/bond";
import "./code.css";

/** The code that a panel asks for, as long as it waits for it. */
export function Code({ panelId, name }: { panelId: string; name: string }): JSX.Element | null {
  const code = panelStates.value[panelId]?.said.passkey;
  if (!code) return null;
  return (
    <section class="plate stack code-sheet" role="alert">
      <h2>Type this code at the panel</h2>
      <p class="code-digits num" aria-label={code.replace(/./g, "$& ").trim()}>
        {code.slice(0, 3)} {code.slice(3)}
      </p>
      <p class="small soft">
        {name} asks for it once, to know its bridge. It waits for half a minute; after that, another code comes.
      </p>
    </section>
  );
}

/** On the way of pairing: the bridge is to connect now, while the person stands at the panel. */
export function CodeToPair(panel: { panelId: string; name: string }): JSX.Element | null {
  useEffect(() => watch(panel.panelId), [panel.panelId]);
  const step = bondStep(panelStates.value[panel.panelId]?.said);
  if (step === "type") return <Code {...panel} />;
  if (step === "made") return null;
  return (
    <section class="plate stack" role="status">
      <h2>Make it ready to be paired</h2>
      <p>Hold the button of {panel.name} for three seconds, or do as its manual says. Then a code comes here, to be typed in at the panel.</p>
    </section>
  );
}
