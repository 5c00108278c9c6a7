import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { lightName, Swatch } from "../../design/swatch";
import { rowOf } from "../../features/records";
import { go } from "../../features/router";
import { done, endPaused, litSeconds, start } from "../../features/session/control";
import type { KeptRun } from "../../features/session/kept";
import type { View } from "../../features/session/view";
import { duration, fluence } from "../../features/words";
import type { CheckBody } from "../../features/line/messages";
import { IsThisYou } from "./is-this-you";
import { Preflight } from "./preflight";
import { Who } from "./setup";

/** Going on is a new start with the time that is left, and with every check made again. */
export function Paused({ kept, view }: { kept: KeptRun; view: View }): JSX.Element {
  const eyewear = useSignal(false);
  const left = Math.floor(kept.planned_s - litSeconds.value);
  const panel = rowOf("panel", kept.plan.panel_id);
  const body = useComputed<CheckBody | null>(() => {
    const left_s = Math.floor(kept.planned_s - litSeconds.value);
    return left_s < 1 ? null : { ...kept.plan, duration_s: left_s, eyewear: eyewear.value };
  });
  return (
    <>
      <Who panelName={kept.panel_name} virtual={panel?.body.virtual ?? false} householdId={panel?.body.household_id} />
      <Notice tone="good" live>
        <p>
          <b>{view.title}.</b> {view.detail}
        </p>
      </Notice>
      {panel && left >= 1 && (
        <>
          <Pick
            label="Everyone in this light wears eyewear"
            checked={eyewear.value}
            onPick={(on) => (eyewear.value = on)}
          />
          <IsThisYou panel={panel}>
          <Preflight
            body={body}
            panel={panel}
            sites={kept.plan.sites}
            distance={kept.plan.distance_cm}
            minutes={left / 60}
            levels={kept.plan.levels_pct}
            label="Hold to go on"
            onStart={(said, plan) =>
              start({
                plan,
                ticket: said.ticket ?? "",
                panelName: kept.panel_name,
                attended: kept.attended,
                runNo: kept.run_no + 1,
                plannedS: kept.planned_s,
              })
            }
          />
          </IsThisYou>
        </>
      )}
      <div class="row">
        <Button icon="stop" onPress={endPaused}>
          End this session
        </Button>
      </div>
    </>
  );
}

/** What it brought, by the panel's own report, and what to do next. */
export function Ended({ kept, view }: { kept: KeptRun; view: View }): JSX.Element {
  const session = rowOf("session", kept.plan.session_id)?.body;
  const leave = async (to: string): Promise<void> => {
    await done();
    go(to, { replace: true });
  };
  const lit = Object.entries(session?.delivered ?? {});
  return (
    <>
      <Notice tone={view.tone} live>
        <p>
          <b>{view.title}.</b> {view.detail}
        </p>
      </Notice>
      {lit.length > 0 && (
        <section class="plate stack" aria-label="What it brought">
          <dl class="brought">
            {lit.map(([nm, light]) => (
              <div class="row apart" key={nm}>
                <dt class="row">
                  <Swatch wavelengthNm={Number(nm)} /> {lightName(Number(nm))}
                </dt>
                <dd class="num">
                  {light.full_level_s === 0 ? (
                    <span class="soft">off</span>
                  ) : (
                    <>
                      {light.fluence_j_cm2 !== null && <b>{fluence(light.fluence_j_cm2)}</b>} <span class="soft">{duration(light.on_s)}</span>
                    </>
                  )}
                </dd>
              </div>
            ))}
          </dl>
          {session && !session.confirmed && <p class="soft small">Some of it was not reported by the panel: at most this much.</p>}
        </section>
      )}
      {view.phase === "ended" ? (
        <div class="stack">
          <Button kind="main" wide onPress={() => leave(`/checkin?session=${kept.plan.session_id}`)}>
            How was it?
          </Button>
          <Button kind="quiet" onPress={() => leave("/")}>
            Later
          </Button>
        </div>
      ) : (
        <div class="row">
          <Button kind="main" onPress={done}>
            Back to the start
          </Button>
          <LinkButton href="/timer">Use the timer</LinkButton>
        </div>
      )}
    </>
  );
}
