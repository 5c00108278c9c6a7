import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Lamp } from "../../design/lamp";
import { Notice } from "../../design/notice";
import { isInfrared } from "../../design/swatch";
import { newAct } from "../../features/act";
import { wordsOf } from "../../features/api";
import { litByOther } from "../../features/household/in-use";
import { isOwner } from "../../features/household/people";
import { watch } from "../../features/line/line";
import { channelsOf, faultsOf, irradianceWords, lightOf } from "../../features/panels/light";
import { blink, changePanel, removePanel } from "../../features/panels/panels";
import { rowOf } from "../../features/records";
import { go, type ScreenProps } from "../../features/router";
import { later, say } from "../../features/toast";
import type { Row } from "../../store/entities";
import { Lost } from "../lost";
import { Page } from "../page";
import { Bond } from "../parts/code";
import { InUse } from "../parts/in-use";
import { Rename } from "../parts/rename";
import { WithRecords } from "../parts/with-records";
import { LightForm } from "./light-form";
import { PassportPlate } from "./passport";
import "./panels.css";

function Light({ row }: { row: Row<"panel"> }): JSX.Element {
  const act = useMemo(newAct, []);
  const open = useSignal(false);
  const tried = useSignal(false);
  const draft = useSignal(lightOf(row.body.channels));
  const wavelengths = row.body.channels.map((channel) => channel.wavelength_nm);
  const save = async (): Promise<void> => {
    tried.value = true;
    if (Object.keys(faultsOf(draft.value)).length > 0) return;
    if (await act.run(() => changePanel(row.id, { channels: channelsOf(draft.value, wavelengths) }))) {
      open.value = false;
      say("Kept. It counts from the next session on.");
    }
  };
  return (
    <section class="plate stack">
      <h2>Strength</h2>
      {open.value ? (
        <>
          <LightForm draft={draft} wavelengths={wavelengths} faults={tried.value ? faultsOf(draft.value) : {}} />
          {act.wrong.value && <Notice tone="bad" live>{act.wrong.value}</Notice>}
          <div class="row">
            <Button kind="main" onPress={save} busy={act.busy.value}>
              Keep
            </Button>
            <Button kind="quiet" onPress={() => (open.value = false)}>
              Leave it
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>{irradianceWords(row.body.channels)}</p>
          {isOwner(row.body.household_id) && (
            <div>
              <Button kind="quiet" icon="pen" onPress={() => (open.value = true)}>
                Change
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

/** Somebody else's light: whose, until when, and a way to stop it. */
function Using({ row }: { row: Row<"panel"> }): JSX.Element | null {
  const look = useSignal(0);
  useEffect(() => watch(row.id), [row.id]);
  useEffect(() => {
    const timer = setInterval(() => (look.value += 1), 1000);
    return () => {
      clearInterval(timer);
    };
  }, [look]);
  const other = look.value >= 0 ? litByOther(row) : null;
  return other && <InUse panel={row} other={other} />;
}

function One({ row }: { row: Row<"panel"> }): JSX.Element {
  const act = useMemo(newAct, []);
  const has = (infrared: boolean): number => (row.body.channels.some((channel) => isInfrared(channel.wavelength_nm) === infrared) ? 1 : 0);
  const remove = (): void => {
    go("/panels", { replace: true });
    later(row.id, `${row.body.name} is removed.`, () => removePanel(row.id), (error) => say(`It is still here: ${wordsOf(error)}`));
  };
  return (
    <>
      <Bond panelId={row.id} name={row.body.name} added={new URLSearchParams(location.search).has("pairing")} />
      <div class="panel-picture">
        <Lamp red={has(false) * 0.9} infrared={has(true)} />
      </div>
      <Using row={row} />
      <div class="row">
        <LinkButton kind="main" icon="today" href={`/session?panel=${row.id}`}>
          Start a session
        </LinkButton>
        {row.body.blinks && (
          <Button icon="blink" busy={act.busy.value} onPress={() => act.run(() => blink(row.id))}>
            Let it blink
          </Button>
        )}
      </div>
      {act.wrong.value && <Notice tone="warn" live>{act.wrong.value}</Notice>}
      {row.body.virtual && <Notice>This panel is virtual. Everything about it is real but the light.</Notice>}
      {row.body.safety === "none" && <Notice tone="warn">This panel cannot switch itself off. It runs only while you are there and answer.</Notice>}
      {row.body.confirm === "none" && <Notice tone="warn">This panel cannot report back: the app never says that it runs, only that it was told to.</Notice>}
      <Light row={row} />
      <PassportPlate row={row} />
      {isOwner(row.body.household_id) && (
        <section class="stack">
          <Rename label="Name" name={row.body.name} onRename={(name) => changePanel(row.id, { name })} />
          <div>
            <Button kind="quiet" icon="bin" onPress={remove}>
              Remove this panel
            </Button>
          </div>
        </section>
      )}
    </>
  );
}

function Found({ id }: { id: string }): JSX.Element {
  const row = rowOf("panel", id);
  if (!row) return <Lost />;
  return (
    <Page title={row.body.name} home="/panels">
      <One row={row} />
    </Page>
  );
}

export default function PanelScreen({ params }: ScreenProps): JSX.Element {
  return (
    <WithRecords>
      <Found key={params.id} id={params.id ?? ""} />
    </WithRecords>
  );
}
