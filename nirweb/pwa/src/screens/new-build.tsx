import type { JSX } from "preact";
import { Button } from "../design/button";
import { Notice } from "../design/notice";
import { heldBy, putOff, updateOffered } from "../features/update";
import { takeUpdate } from "../features/worker";

const holds = { session: "It waits until the light is off.", entry: "It waits until what you entered here is saved." };

/** Offered, and never taken without a tap. */
export function NewBuild(): JSX.Element | null {
  if (!updateOffered.value) return null;
  const held = heldBy.value;
  return (
    <Notice live>
      <p>
        <b>A new version is ready.</b> {held && holds[held]}
      </p>
      {!held && (
        <div class="row">
          <Button onPress={takeUpdate}>Use it now</Button>
          <Button kind="quiet" onPress={putOff}>
            Later
          </Button>
        </div>
      )}
    </Notice>
  );
}
