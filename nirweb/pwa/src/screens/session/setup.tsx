import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { LinkButton } from "../../design/button";
import { Pick } from "../../design/field";
import { Empty, Loading } from "../../design/notice";
import { PersonMark } from "../../design/person";
import { isGuest, me } from "../../features/account/me";
import { firstExchange, ownName, rowsOf } from "../../features/records";
import { ownMark } from "../../features/household/people";
import { start } from "../../features/session/control";
import { foresee, nothingForeseen, type Foreseen } from "../../features/session/foresee";
import { numberIn, LONGEST_LOOK_MIN, LONGEST_MIN, newWish, type Wish } from "../../features/session/wish";
import { Basis } from "../parts/basis";
import { Fits } from "../parts/forbids";
import { IsThisYou } from "./is-this-you";
import { PlanPlate } from "./plan-plate";
import { Preflight } from "./preflight";
import "./reasons.css";

/** Whose session this is: the dose is booked to them, so it is said before anything is lit. */
export function Who({ panelName, virtual, householdId }: { panelName: string; virtual: boolean; householdId: string | undefined }): JSX.Element {
  return (
    <p class="who">
      <span class="who-name row">
        <PersonMark colour={ownMark(householdId)} />
        <span class="grow">{ownName.value || me.value?.email || "You"}</span>
      </span>
      <span class="soft">
        on {panelName}
        {virtual && " (virtual: no light)"}
      </span>
    </p>
  );
}

function NoPanel(): JSX.Element {
  if (isGuest.value) {
    return (
      <p class="row soft" role="status">
        <span class="passing-mark" aria-hidden="true" /> The virtual panel is being made ready. This takes some seconds.
      </p>
    );
  }
  return (
    <Empty
      icon="panel"
      title="No panel yet"
      action={
        <>
          <LinkButton kind="main" href="/panels">
            Add a panel
          </LinkButton>
          <LinkButton href="/timer">Use the timer</LinkButton>
        </>
      }
    >
      A panel that the bridge can reach is run from here. For any other there is a timer that writes the log.
    </Empty>
  );
}

/** What the limits say of it, before the server is asked and where it cannot be asked; nothing while the plan is not whole. */
function foreseenOf(wish: Wish): Foreseen {
  const panel = wish.panel.value;
  const [minutes, distance] = [numberIn(wish.minutes.value, 0.01, LONGEST_LOOK_MIN), numberIn(wish.distance.value, 0.5, 300)];
  const levels_pct = wish.levels.value;
  const lit = Object.values(levels_pct).some((level) => level > 0);
  if (!panel || minutes === null || distance === null || !lit || wish.sites.value.length === 0) return nothingForeseen;
  return foresee({ sites: wish.sites.value, distance_cm: distance, duration_s: Math.round(minutes * 60), levels_pct, channels: panel.body.channels });
}

/** Below what is needed for a start: on a phone the dial would be out of sight otherwise. */
function Behind(): JSX.Element {
  return (
    <div class="stack">
      <p class="soft small">
        A new medicine, or something else that has changed? <a href="/screening">Go through the health questions</a>
      </p>
      <div>
        <Basis of="eyes" words="Why eyewear every time" />
        <Basis of="limits" words="What the limits rest on" />
        <Basis of="dose" words="What stands behind a dose" />
      </div>
    </div>
  );
}

function Ready({ wish }: { wish: Wish }): JSX.Element {
  const panel = wish.panel.value;
  const body = useComputed(() => wish.body.value);
  const foreseen = useComputed(() => foreseenOf(wish));
  if (!panel) return <PlanPlate wish={wish} />;
  return (
    <div class="session-two">
      <div class="stack">
        <Who panelName={panel.body.name} virtual={panel.body.virtual} householdId={panel.body.household_id} />
        <PlanPlate wish={wish} />
        <Pick
          label="Everyone in this light wears eyewear"
          more="Infrared gives the eye no warning. Asked before every session."
          checked={wish.eyewear.value}
          onPick={(on) => (wish.eyewear.value = on)}
        />
      </div>
      <IsThisYou panel={panel}>
      <Preflight
        body={body}
        panel={panel}
        sites={wish.sites.value}
        distance={numberIn(wish.distance.value, 0.5, 300)}
        minutes={numberIn(wish.minutes.value, 0.1, LONGEST_MIN)}
        levels={wish.levels.value}
        foreseen={foreseen.value.reasons}
        after={<Fits minutes={foreseen.value.fits_min} onTake={(minutes) => { wish.held.value = null; wish.minutes.value = minutes; }} />}
        label="Hold to start"
        onStart={(said, plan) =>
          start({
            plan,
            ticket: said.ticket ?? "",
            panelName: panel.body.name,
            attended: panel.body.safety === "none",
            runNo: 1,
            plannedS: plan.duration_s,
          })
        }
      />
      </IsThisYou>
      <Behind />
    </div>
  );
}

function Wished(): JSX.Element {
  const asked = new URLSearchParams(location.search);
  const wish = useMemo(() => newWish({ regimenId: asked.get("regimen"), panelId: asked.get("panel") }), []);
  return <Ready wish={wish} />;
}

/** The wish is made once there are panels to make it of: on a phone that was just signed in they come a moment later. */
export function Setup(): JSX.Element {
  if (rowsOf("panel").length > 0) return <Wished />;
  return firstExchange.value ? <Loading /> : <NoPanel />;
}
