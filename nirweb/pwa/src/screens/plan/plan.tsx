import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { aimName, aimOf } from "../../features/aims";
import { draftOf, regimenOf, startingPoint, wrongWith, type PlanDraft, type Wrong } from "../../features/plan/draft";
import { now, opened, refused, rowOf, rowsOf, zone } from "../../features/records";
import { go, type ScreenProps } from "../../features/router";
import { notSavedWords, useOnce } from "../../features/saving";
import { say } from "../../features/toast";
import { localDate } from "../../features/words";
import type { Regimen, Row } from "../../store/entities";
import { Lost } from "../lost";
import { Page } from "../page";
import { Steps, StepTurns } from "../parts/steps";
import { WithRecords } from "../parts/with-records";
import { AimStep } from "./aim-step";
import { LightStep } from "./light-step";
import { WhenStep } from "./when-step";
import "./plan.css";

const steps: readonly { title: string; parts: readonly (keyof Wrong)[] }[] = [
  { title: "What is it for?", parts: ["aim"] },
  { title: "Where and when?", parts: ["sites", "days"] },
  { title: "How much light?", parts: ["distance", "minutes", "levels"] },
];

function blank(): PlanDraft {
  const last = rowsOf("session").at(-1)?.body;
  const panels = rowsOf("panel");
  const panelId = panels.length === 1 ? (panels[0]?.id ?? null) : null;
  const distance = last && last.panel_id === panelId ? String(last.distance_cm) : "";
  return { aim: "", sites: last?.sites ?? [], days: [], time: "20:00", minutes: "", distance, panelId, levels: {}, buildUp: null, studied: null };
}

function StepPart({ at, draft, wrong, courseId }: { at: number; draft: Signal<PlanDraft>; wrong: Wrong; courseId: string | null }): JSX.Element {
  const aim = aimOf(draft.value.aim);
  const panel = draft.value.panelId ? rowOf("panel", draft.value.panelId)?.body : undefined;
  if (at === 0) return <AimStep chosen={draft.value.aim} wrong={wrong.aim} onChoose={(one) => (draft.value = startingPoint(one, draft.value, panel))} />;
  if (at === 1) return <WhenStep draft={draft} aim={aim} wrong={wrong} courseId={courseId} />;
  return <LightStep draft={draft} aim={aim} wrong={wrong} courseId={courseId} />;
}

/** What is planned: a new course, a change to one, or the mending of what the server did not take. */
interface PlannerProps {
  id?: string;
  body?: Regimen | undefined;
  save: (wanted: Regimen) => Promise<unknown>;
  said: string;
  finish: string;
}

function Planner({ id, body, save, said, finish }: PlannerProps): JSX.Element {
  const draft = useSignal<PlanDraft>(body ? draftOf(body) : blank());
  const at = useSignal(0);
  const tried = useSignal(false);
  const wrongSave = useSignal<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const step = steps[at.value] ?? { title: "", parts: [] };
  const last = at.value === steps.length - 1;
  const wrong = tried.value ? wrongWith(draft.value) : {};
  const panel = draft.value.panelId ? rowOf("panel", draft.value.panelId)?.body : undefined;

  const turn = (to: number): void => {
    at.value = to;
    tried.value = false;
    scrollTo(0, 0);
    heading.current?.focus();
  };
  const keep = useOnce()(async () => {
    try {
      await save(regimenOf(draft.value, panel, localDate(now(), zone.value)));
      go("/", { replace: true });
      say(said);
    } catch (error) {
      wrongSave.value = notSavedWords(error);
    }
  });
  const on = (): unknown => {
    tried.value = true;
    const found = wrongWith(draft.value);
    if (step.parts.some((part) => found[part])) return undefined;
    if (last) return keep();
    turn(at.value + 1);
    return undefined;
  };
  return (
    <>
      <Steps count={steps.length} at={at.value} />
      <section class="stack plan-step" aria-labelledby="step">
        <h2 id="step" ref={heading} tabIndex={-1}>
          {step.title}
        </h2>
        <StepPart at={at.value} draft={draft} wrong={wrong} courseId={id ?? null} />
        {wrongSave.value && (
          <Notice tone="bad" live>
            {wrongSave.value}
          </Notice>
        )}
        <StepTurns onBack={at.value > 0 ? () => { turn(at.value - 1); } : null} onWards={on} words={last ? finish : "Continue"} />
      </section>
    </>
  );
}

/** Ended, not deleted: what was done under it stays its own. */
function End({ row }: { row: Row<"regimen"> }): JSX.Element {
  const end = async (): Promise<void> => {
    await opened().write("regimen", { ended_on: localDate(now(), zone.value) }, { id: row.id });
    go("/", { replace: true });
    say("The course has ended.", () => opened().write("regimen", { ended_on: null }, { id: row.id }));
  };
  return (
    <div>
      <Button kind="quiet" icon="stop" onPress={end}>
        End this course
      </Button>
    </div>
  );
}

function Known({ id }: { id: string }): JSX.Element {
  const row = rowOf("regimen", id);
  const mend = Number(new URLSearchParams(location.search).get("mend"));
  const op = refused.value.find((one) => one.opNo === mend && one.id === id);
  const body = op ? ({ ...row?.body, ...op.body } as Regimen) : row?.body;
  if (!body) return <Lost />;
  const save = (wanted: Regimen): Promise<unknown> => {
    const part: Partial<Regimen> = { ...wanted };
    delete part.started_on; // it began when it began
    return op ? opened().fixRefused(op.opNo, { ...op.body, ...part }) : opened().write("regimen", part, { id });
  };
  return (
    <Page title={aimName(body.aim)} home="/" lead={op ? op.message : "Change what you like. What was done already stays as it was."}>
      <Planner id={id} body={body} save={save} said="The course is changed." finish="Keep the changes" />
      {row?.body.ended_on === null && !op && <End row={row} />}
    </Page>
  );
}

export default function Plan({ params }: ScreenProps): JSX.Element {
  if (params.id) {
    return (
      <WithRecords>
        <Known key={params.id} id={params.id} />
      </WithRecords>
    );
  }
  return (
    <Page title="A course of light" home="/">
      <WithRecords>
        <Planner save={(wanted) => opened().write("regimen", wanted)} said="Your course is set." finish="Set this course" />
      </WithRecords>
    </Page>
  );
}
