import type { JSX } from "preact";
import { Button } from "../design/button";
import { Notice } from "../design/notice";
import { heldBy, putOff } from "../features/update";
import { takeUpdate } from "../features/worker";

const holds = { session: "It waits until the light is off.", entry: "It waits until what you entered here is saved." };

/** Offered, and never taken without a tap. It is as high while it waits: what one enters must not move what one enters next. */
export function NewBuild(): JSX.Element {
  const held = heldBy.value;
  return (
    <Notice live>
      <div class="stack new-build">
        <p>
          <b>A new version is ready.</b> {held && holds[held]}
        </p>
        <div class={held ? "row held" : "row"}>
          <Button onPress={takeUpdate}>Use it now</Button>
          <Button kind="quiet" onPress={putOff}>
            Later
          </Button>
        </div>
      </div>
    </Notice>
  );
}
