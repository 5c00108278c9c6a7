import type { JSX } from "preact";
import { LinkButton } from "../../design/button";
import { Icon } from "../../design/icon";
import { Empty, Notice } from "../../design/notice";
import { lightName, Swatch } from "../../design/swatch";
import { bridgesOnline, lineOpen } from "../../features/line/line";
import { isOwner } from "../../features/household/people";
import { rowsOf } from "../../features/records";
import { irradianceWords } from "../../features/panels/light";
import { leaving } from "../../features/toast";
import type { Row } from "../../store/entities";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import "./panels.css";

/** Null: nothing was heard of it yet. */
export const bridgeOnline = (id: string): boolean | null => bridgesOnline.value[id]?.online ?? null;

function BridgeState({ id }: { id: string }): JSX.Element {
  if (!lineOpen.value) return <span class="soft small">The server is out of reach</span>;
  const online = bridgeOnline(id);
  if (online === null) return <span class="soft small">One moment</span>;
  return (
    <span class={online ? "row small state-on" : "row small"}>
      <Icon name={online ? "signal" : "offline"} size={18} /> {online ? "Connected" : "Away"}
    </span>
  );
}

function PanelItem({ row }: { row: Row<"panel"> }): JSX.Element {
  return (
    <li>
      <a class="item" href={`/panels/${row.id}`}>
        <span class="panel-thumb" aria-hidden="true">
          {row.body.channels.slice(0, 4).map((channel) => (
            <Swatch key={channel.wavelength_nm} wavelengthNm={channel.wavelength_nm} />
          ))}
        </span>
        <span class="grow">
          <b>{row.body.name}</b>
          <span class="panel-about soft small">
            {row.body.channels.map((channel) => lightName(channel.wavelength_nm)).join(", ")}. {irradianceWords(row.body.channels)}
            {row.body.virtual && " Virtual: no light."}
          </span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  );
}

function BridgePart({ row }: { row: Row<"bridge"> }): JSX.Element {
  const panels = rowsOf("panel").filter((panel) => panel.body.bridge_id === row.id && !leaving.value.includes(panel.id));
  return (
    <section class="plate stack" aria-label={row.body.name}>
      <div class="row apart">
        <h2>{row.body.name}</h2>
        <BridgeState id={row.id} />
      </div>
      {panels.length > 0 ? (
        <ul class="list">
          {panels.map((panel) => (
            <PanelItem key={panel.id} row={panel} />
          ))}
        </ul>
      ) : (
        <p class="soft">No panel yet. Switch one on near this bridge, then look for it.</p>
      )}
      {isOwner(row.body.household_id) && (
        <div class="row">
          <LinkButton kind={panels.length > 0 ? "plain" : "main"} icon="plus" href={`/panels/add?bridge=${row.id}`}>
            Add a panel
          </LinkButton>
          <LinkButton kind="quiet" href={`/bridges/${row.id}`}>
            About this bridge
          </LinkButton>
        </div>
      )}
    </section>
  );
}

function Houses(): JSX.Element {
  const bridges = rowsOf("bridge").filter((row) => !row.body.revoked && !leaving.value.includes(row.id));
  if (bridges.length === 0) {
    return (
      <Empty
        icon="signal"
        title="No bridge yet"
        action={
          <LinkButton kind="main" icon="link" href="/link">
            Link a bridge
          </LinkButton>
        }
      >
        A bridge is a small program near your panel that speaks Bluetooth with it. <code>python3 manage.py up</code> starts one and prints a code for it.
      </Empty>
    );
  }
  return (
    <>
      {bridges.map((row) => (
        <BridgePart key={row.id} row={row} />
      ))}
      {isOwner() && (
        <div class="row">
          <LinkButton kind="quiet" icon="link" href="/link">
            Link another bridge
          </LinkButton>
          <LinkButton kind="quiet" icon="log" href="/profiles">
            Your panel profiles
          </LinkButton>
        </div>
      )}
    </>
  );
}

export default function Panels(): JSX.Element {
  return (
    <Page title="Panels">
      <WithRecords>
        <Houses />
        <Notice icon="clock">
          <p>
            A panel without Bluetooth, or of a make that is not known here? <a href="/timer">Use the timer</a>: it counts and writes the log.
          </p>
        </Notice>
      </WithRecords>
    </Page>
  );
}
