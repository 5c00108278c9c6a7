import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { HoldDial } from "../../design/hold";
import { lightName, Swatch } from "../../design/swatch";
import { standing } from "../../features/account/me";
import { keptByOther } from "../../features/household/in-use";
import { ageMs, ask, bridgesOnline, lineOpen, panelStates, refusedPlan, stopAsking, ticket, watch } from "../../features/line/line";
import type { CheckBody, Reason, TicketNote } from "../../features/line/messages";
import { feel } from "../../features/session/body";
import { isPassing, whyNot } from "../../features/session/whynot";
import { clockTime, fluence } from "../../features/words";
import type { Row } from "../../store/entities";
import { Bond } from "../parts/code";
import { StopOther } from "../parts/in-use";
import { Cautions, WhyNot } from "./reasons";

interface PreflightProps {
  /** What would be started; null while something of it is missing. */
  body: ReadonlySignal<CheckBody | null>;
  panel: Row<"panel">;
  sites: readonly string[];
  distance: number | null;
  minutes: number | null;
  levels: Readonly<Record<string, number>>;
  /** What this phone's own records say against it. */
  foreseen?: readonly Reason[];
  label: string;
  onStart: (ticket: TicketNote, body: CheckBody) => unknown;
  children?: ComponentChildren;
  /** Below what stands against it. */
  after?: ComponentChildren;
}

const PLAN_RESTS_MS = 250;
const LOOK_EVERY_MS = 500;

/** What the plan would bring, from the server's own reckoning; minutes only where the strength is unknown. */
function Estimate({ said }: { said: TicketNote | null }): JSX.Element {
  const doses = said?.estimate?.fluence_j_cm2;
  if (!said?.estimate) return <span class="soft small">&nbsp;</span>;
  if (!doses) return <span class="soft small">Minutes only: strength unknown</span>;
  return (
    <span class="stack estimate">
      {Object.entries(doses)
        .filter(([, value]) => value > 0)
        .map(([nm, value]) => (
          <span class="row small" key={nm}>
            <Swatch wavelengthNm={Number(nm)} /> <span class="unseen">{lightName(Number(nm))}</span> {fluence(value)}
          </span>
        ))}
    </span>
  );
}

const hintOf = (reason: Reason | undefined): string => (!reason || isPassing(reason) ? (reason?.sentence ?? "") : `${reason.sentence} More below.`);

/** Keeps asking whether this may be started, says why not, and starts only what is held. */
export function Preflight(props: PreflightProps): JSX.Element {
  const { body, panel, label, onStart, children } = props;
  const look = useSignal(0);
  const held = useSignal(false);
  useEffect(() => watch(panel.id), [panel.id]);
  useEffect(() => {
    const timer = setInterval(() => (look.value += 1), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      stopAsking();
    };
  }, []);
  useSignalEffect(() => {
    const wanted = body.value;
    const timer = setTimeout(() => {
      if (wanted) ask(wanted);
      else stopAsking();
    }, PLAN_RESTS_MS);
    return () => {
      clearTimeout(timer);
    };
  });
  const reasons = useComputed(() => {
    const heard = panelStates.value[panel.id];
    const said = look.value >= 0 ? ticket.value : null;
    return whyNot({
      signedIn: standing.value !== "expired",
      lineOpen: lineOpen.value,
      bridgeOnline: bridgesOnline.value[panel.body.bridge_id]?.online ?? null,
      panelName: panel.body.name,
      panel: heard?.said ?? null,
      sites: props.sites,
      distance_cm: props.distance,
      minutes: props.minutes,
      levels: props.levels,
      eyewear: body.value?.eyewear ?? false,
      refusedPlan: refusedPlan.value,
      foreseen: props.foreseen ?? [],
      ticket: said?.said ?? null,
      ticketAgeMs: said ? ageMs(said) : Infinity,
    });
  });
  const ready = reasons.value.length === 0;
  const start = (): void => {
    const fresh = ticket.peek()?.said;
    const wanted = body.peek();
    if (held.value || !ready || !fresh?.ticket || !wanted) return;
    held.value = true;
    feel([30, 30, 90]);
    void Promise.resolve(onStart(fresh, wanted)).finally(() => (held.value = false));
  };
  return (
    <section class="stack preflight" aria-label="Start">
      {children}
      <Bond panelId={panel.id} name={panel.body.name} />
      <HoldDial
        label={label}
        hint={ready ? "Press and hold for a second. Let go and nothing happens." : hintOf(reasons.value[0])}
        disabled={!ready || held.value}
        onHeld={start}
        onTick={() => {
          feel(15);
        }}
      >
        <span class="dial-num dial-count">{props.minutes === null ? "–:––" : clockTime(props.minutes * 60)}</span>
        <Estimate said={ticket.value?.said ?? null} />
      </HoldDial>
      {keptByOther(panel) && <StopOther panel={panel} />}
      <WhyNot reasons={reasons.value} />
      {props.after}
      {ready && <Cautions cautions={ticket.value?.said.cautions ?? []} />}
    </section>
  );
}
