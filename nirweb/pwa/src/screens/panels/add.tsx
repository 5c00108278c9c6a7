import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Icon } from "../../design/icon";
import { Empty, Notice } from "../../design/notice";
import { lightName } from "../../design/swatch";
import { newAct } from "../../features/act";
import { untilDone } from "../../features/again";
import { found, lineOpen } from "../../features/line/line";
import type { FoundPanel } from "../../features/line/messages";
import { askFound, blinkFound, scan } from "../../features/panels/panels";
import { asSeen } from "../../features/panels/seen";
import { rowOf, rowsOf } from "../../features/records";
import { say } from "../../features/toast";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { Setup } from "./add-setup";
import { bridgeOnline } from "./panels";
import "./panels.css";

/** Between two tries to look that nobody asked for: slower than the server takes them. */
const AGAIN_MS = 5_000;

const nearness = (rssi: number): string => (rssi > -60 ? "Very near" : rssi > -80 ? "Near" : "Far");
const about = (panel: FoundPanel): string =>
  panel.channels.length > 0 ? panel.channels.map((channel) => lightName(channel.wavelength_nm)).join(", ") : "It does not tell its wavelengths";

interface FoundProps {
  bridgeId: string;
  panel: FoundPanel;
  onChoose: () => void;
}

function Found({ bridgeId, panel, onChoose }: FoundProps): JSX.Element {
  const act = useMemo(newAct, []);
  const known = panel.profile !== null;
  const blink = async (): Promise<void> => {
    if (await act.run(() => blinkFound(bridgeId, panel.found_id))) say("Look which panel blinks, for three seconds.");
  };
  return (
    <li class="plate stack">
      <div class="row apart">
        <h2>{panel.name || "A device without a name"}</h2>
        <span class="soft small">{nearness(panel.rssi_dbm)}</span>
      </div>
      <p class="soft">{known ? about(panel) : "No profile fits this device, so it is not run from here. The timer works with any panel."}</p>
      {panel.virtual && <p class="soft small">Virtual: it gives no light.</p>}
      {act.wrong.value && (
        <Notice tone="warn" live>
          {act.wrong.value}
        </Notice>
      )}
      <div class="row">
        {panel.paired_panel_id ? (
          <LinkButton href={`/panels/${panel.paired_panel_id}`}>Here already</LinkButton>
        ) : known ? (
          <>
            <Button kind="main" onPress={onChoose} disabled={!panel.connectable}>
              This one
            </Button>
            {panel.blinks === "always" && (
              <Button icon="blink" onPress={blink} busy={act.busy.value}>
                Let it blink
              </Button>
            )}
          </>
        ) : (
          <>
            <LinkButton href="/timer">Use the timer</LinkButton>
            <LinkButton href={`/panels/unknown?bridge=${bridgeId}&name=${encodeURIComponent(panel.name)}`}>What can be done</LinkButton>
          </>
        )}
      </div>
      {!panel.connectable && known && <p class="small">It takes no connection now. Close the maker’s app, then look again.</p>}
    </li>
  );
}

/** What stands in the way of looking, in plain words. */
function Obstacles({ bridgeId, wrong }: { bridgeId: string; wrong: string | null }): JSX.Element {
  const name = rowOf("bridge", bridgeId)?.body.name ?? "The bridge";
  const problem = found.value[bridgeId]?.said.problem;
  const away = lineOpen.value
    ? `${name} is not connected. See that the machine it runs on is on.`
    : "The server is out of reach. It is tried again by itself.";
  return (
    <>
      {!inReach(bridgeId) && (
        <Notice tone="warn" icon="offline">
          {away}
        </Notice>
      )}
      {problem && (
        <Notice tone="warn" live>
          {problem}
        </Notice>
      )}
      {wrong && (
        <Notice tone="bad" live>
          {wrong}
        </Notice>
      )}
    </>
  );
}

const inReach = (bridgeId: string): boolean => lineOpen.value && bridgeOnline(bridgeId) === true;

function Results({ bridgeId, looked, onChoose }: { bridgeId: string; looked: boolean; onChoose: (panel: FoundPanel) => void }): JSX.Element | null {
  const order = useRef<readonly string[]>([]);
  const panels = asSeen(order.current, found.value[bridgeId]?.said.panels ?? []);
  order.current = [...new Set([...order.current, ...panels.map((one) => one.found_id)])];
  if (panels.length === 0) {
    if (!looked) return null;
    return (
      <Empty icon="panel" title="No panel seen">
        Switch the panel on, bring it near the bridge, and close the maker’s app: most panels speak with one at a time.
      </Empty>
    );
  }
  return (
    <ul class="stack">
      {panels.map((panel) => (
        <Found
          key={panel.found_id}
          bridgeId={bridgeId}
          panel={panel}
          onChoose={() => {
            onChoose(panel);
          }}
        />
      ))}
    </ul>
  );
}

function Scan({ bridgeId, onChoose }: { bridgeId: string; onChoose: (panel: FoundPanel) => void }): JSX.Element {
  const act = useMemo(newAct, []);
  const asked = useSignal(false);
  const note = found.value[bridgeId]?.said;
  const online = inReach(bridgeId);
  const scanning = note?.scanning === true;
  const look = async (): Promise<boolean> => {
    if (await act.run(() => scan(bridgeId))) asked.value = true;
    return asked.value;
  };
  useEffect(() => {
    void askFound(bridgeId).catch(() => undefined);
  }, [bridgeId]);
  useEffect(() => {
    if (!online) return undefined;
    // a bridge that was just let in may be away once more for a moment
    return untilDone(() => (asked.value ? Promise.resolve(true) : look()), AGAIN_MS);
  }, [online]);
  const count = note?.panels.length ?? 0;
  return (
    <>
      <Obstacles bridgeId={bridgeId} wrong={act.wrong.value} />
      <div class="row apart" role="status">
        <p class="row">
          {scanning && <span class="scan-mark" aria-hidden="true" />}
          {scanning ? "Looking for panels" : count > 0 && `${count} found`}
        </p>
        <Button icon="signal" onPress={look} busy={act.busy.value || scanning} disabled={!online}>
          Look again
        </Button>
      </div>
      <Results bridgeId={bridgeId} looked={asked.value && !scanning} onChoose={onChoose} />
    </>
  );
}

function Add(): JSX.Element {
  const wanted = new URLSearchParams(location.search).get("bridge");
  const bridgeId = wanted ?? rowsOf("bridge").find((row) => !row.body.revoked)?.id;
  const chosen = useSignal<{ by: string; panel: FoundPanel } | null>(null);
  // what is entered of a panel outlives what comes to be known of bridges meanwhile
  if (chosen.value) return <Setup bridgeId={chosen.value.by} found={chosen.value.panel} onBack={() => (chosen.value = null)} />;
  if (!bridgeId) {
    return (
      <p class="row">
        <Icon name="link" /> <a href="/link">Link a bridge first</a>
      </p>
    );
  }
  return <Scan bridgeId={bridgeId} onChoose={(panel) => (chosen.value = { by: bridgeId, panel })} />;
}

export default function AddPanel(): JSX.Element {
  return (
    <Page title="Add a panel" home="/panels">
      <WithRecords>
        <Add />
      </WithRecords>
    </Page>
  );
}
