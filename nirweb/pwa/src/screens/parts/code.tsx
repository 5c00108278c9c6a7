import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../design/button";
import { pairAnew, panelStates, watch } from "../../features/line/line";
import { bondStep } from "../../features/panels/bond";
import { say } from "../../features/toast";
import "./code.css";

interface Of {
  panelId: string;
  name: string;
}

/** The code that a panel asks for, as long as it waits for it. */
function Code({ code, name }: { code: string; name: string }): JSX.Element {
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

/** The panel was set back, or was paired with another since: a new code is made by nobody but who stands at it. */
function Lost({ panelId, name }: Of): JSX.Element {
  return (
    <section class="plate stack" role="status">
      <h2>{name} has to be paired again</h2>
      <p>It is heard, but no longer lets its bridge in. It may have been set back, or be too far from the bridge.</p>
      <div>
        <Button
          kind="main"
          onPress={() => {
            if (!pairAnew(panelId)) say("The server is out of reach. Try again in a moment.");
          }}
        >
          Pair it again
        </Button>
      </div>
    </section>
  );
}

/** All that a bond asks of a person. The bridge is to connect now, while they stand at the panel. `added`: just now. */
export function Bond({ added = false, ...panel }: Of & { added?: boolean }): JSX.Element | null {
  useEffect(() => watch(panel.panelId), [panel.panelId]);
  const said = panelStates.value[panel.panelId]?.said;
  const step = bondStep(said, added);
  if (step === "type" && said?.passkey) return <Code code={said.passkey} name={panel.name} />;
  if (step === "lost") return <Lost {...panel} />;
  if (step !== "make-ready") return null;
  return (
    <section class="plate stack" role="status">
      <h2>Make it ready to be paired</h2>
      <p>Hold the button of {panel.name} for three seconds, or do as its manual says. Then a code comes here, to be typed in at the panel.</p>
      <p class="small soft">If a code was mistyped, or came too late, another one comes by itself.</p>
    </section>
  );
}
