import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { newestOf, now, opened } from "../../features/records";
import { go } from "../../features/router";
import { notSavedWords, useOnce } from "../../features/saving";
import { complete, draftFrom, empty, missingPlaces, stepDone, steps, VERSION, withNone, type Draft } from "../../features/screening/questions";
import { Page } from "../page";
import { Steps, StepTurns } from "../parts/steps";
import { WithRecords } from "../parts/with-records";
import { FindMedicine } from "./find-medicine";
import { QuestionPart } from "./question";
import "./screening.css";

function Questions(): JSX.Element {
  const before = newestOf("screening");
  const draft = useSignal<Draft>(before ? draftFrom(before.body.answers) : empty);
  const at = useSignal(0);
  const wrong = useSignal<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const once = useOnce();
  const step = useComputed(() => steps[at.value] ?? steps[0]).value;
  if (!step) return <></>;
  const last = at.value === steps.length - 1;

  const change = (next: Draft): void => {
    draft.value = next;
    wrong.value = null;
  };
  const turn = (to: number): void => {
    at.value = to;
    wrong.value = null;
    scrollTo(0, 0);
    heading.current?.focus();
  };
  const save = once(async () => {
    try {
      await opened().write("screening", {
        questionnaire_version: VERSION,
        answers: complete(draft.value),
        answered_at: now().toISOString(),
      });
      go("/screening/outcome", { replace: true });
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  });
  const on = (): unknown => {
    const missing = missingPlaces(step, draft.value)[0];
    if (missing) wrong.value = "Mark where, please: " + missing.words;
    else if (!stepDone(step, draft.value)) wrong.value = `Mark what applies, or “${step.none}”.`;
    else if (last) return save();
    else turn(at.value + 1);
    return undefined;
  };

  return (
    <>
      <Steps count={steps.length} at={at.value} />
      <section class="stack" aria-labelledby="step">
        <h2 id="step" ref={heading} tabIndex={-1}>
          {step.title}
        </h2>
        <p class="soft">Mark everything that applies.</p>
        {step.id === "medicines" && <FindMedicine draft={draft.value} onChange={change} />}
        <div class="stack questions">
          {step.questions.map((question) => (
            <QuestionPart key={question.id} question={question} draft={draft.value} onChange={change} />
          ))}
        </div>
        <Pick
          label={<b>{step.none}</b>}
          checked={draft.value.none.includes(step.id)}
          onPick={(none) => {
            change(withNone(step, draft.value, none));
          }}
        />
        {wrong.value && (
          <Notice tone="bad" live>
            {wrong.value}
          </Notice>
        )}
        <StepTurns onBack={at.value > 0 ? () => { turn(at.value - 1); } : null} onWards={on} words={last ? "See what it means" : "Continue"} />
      </section>
    </>
  );
}

export default function Screening(): JSX.Element {
  return (
    <Page
      title="Health questions"
      home="/"
      lead="Light is not for everybody. These answers decide where and with what you may start; they are yours, and are asked again every 90 days, and whenever a medicine or a condition changes."
    >
      <WithRecords>
        <Questions />
      </WithRecords>
    </Page>
  );
}
