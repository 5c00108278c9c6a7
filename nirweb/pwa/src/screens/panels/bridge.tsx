import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { wordsOf } from "../../features/api";
import { isOwner } from "../../features/household/people";
import { revoke } from "../../features/panels/panels";
import { rowOf, rowsOf } from "../../features/records";
import { go, type ScreenProps } from "../../features/router";
import { later, say } from "../../features/toast";
import { Lost } from "../lost";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { CheckupPlate } from "./checkup";
import { bridgeOnline } from "./panels";
import "./panels.css";

function One({ id }: { id: string }): JSX.Element {
  const row = rowOf("bridge", id);
  if (!row) return <Lost />;
  const panels = rowsOf("panel").filter((panel) => panel.body.bridge_id === id);
  const unlink = (): void => {
    go("/panels", { replace: true });
    later(row.id, `${row.body.name} is let in no longer.`, () => revoke(row.id), (error) => say(`It is still linked: ${wordsOf(error)}`));
  };
  return (
    <Page title={row.body.name} home="/panels">
      <section class="plate stack">
        <p>
          {row.body.software || "Its software is not known yet"}. {bridgeOnline(id) ? "Connected now." : "Not connected now."}
        </p>
        <p class="soft">
          {panels.length === 0 ? "It has no panels." : `It speaks with ${panels.map((panel) => panel.body.name).join(", ")}.`}
        </p>
      </section>
      {isOwner(row.body.household_id) && (
        <>
          <CheckupPlate id={row.id} />
          <Notice>
            <p>A bridge that is unlinked stops what runs on its panels and is let in no more. Linking it again keeps its panels.</p>
          </Notice>
          <div>
            <Button kind="quiet" icon="bin" onPress={unlink}>
              Unlink this bridge
            </Button>
          </div>
        </>
      )}
    </Page>
  );
}

export default function BridgeScreen({ params }: ScreenProps): JSX.Element {
  return (
    <WithRecords>
      <One id={params.id ?? ""} />
    </WithRecords>
  );
}
