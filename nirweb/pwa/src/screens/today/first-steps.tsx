import type { JSX } from "preact";
import { LinkButton } from "../../design/button";
import { Icon } from "../../design/icon";
import { Lamp } from "../../design/lamp";
import { isGuest } from "../../features/account/me";
import { newestOf, rowsOf } from "../../features/records";

interface Step {
  done: boolean;
  title: string;
  words: string;
  href: string;
  action: string;
}

function stepsNow(): Step[] {
  return [
    {
      done: newestOf("screening") !== undefined,
      title: "Health questions",
      words: "Light is not for everybody. About two minutes.",
      href: "/screening",
      action: "Answer",
    },
    {
      done: rowsOf("regimen").some((row) => row.body.ended_on === null),
      title: "A course",
      words: "What it is for, what was studied, and when.",
      href: "/plan",
      action: "Plan",
    },
    {
      done: rowsOf("panel").length > 0,
      title: "A panel",
      words: "Over Bluetooth, or with the timer and any panel.",
      href: "/panels",
      action: "Add",
    },
  ];
}

/** For a guest: the virtual panel, at once. */
function TryIt(): JSX.Element {
  const ready = rowsOf("panel").length > 0;
  return (
    <section class="due" aria-label="Try the virtual panel">
      <div class="try-lamp">
        <Lamp red={ready ? 0.9 : 0} infrared={ready ? 0.8 : 0} warmUp={ready} />
      </div>
      <div class="stack due-words">
        <h2>{ready ? "Run it once" : "One moment"}</h2>
        <p class="soft" role="status">
          {ready
            ? "One minute on the left arm, everything as with a real panel but the light."
            : "The virtual panel is being made ready. This takes some seconds."}
        </p>
        {ready && (
          <LinkButton kind="main" wide icon="today" href="/session">
            Start the session
          </LinkButton>
        )}
      </div>
    </section>
  );
}

/** From an empty app to the first session, one step after the other. */
export function FirstSteps(): JSX.Element {
  const steps = stepsNow();
  const next = steps.findIndex((step) => !step.done);
  return (
    <>
      {isGuest.value && <TryIt />}
      <section class="stack first" aria-label="First steps">
        <ol class="first-steps">
          {steps.map((step, index) => (
            <StepItem key={step.title} step={step} number={index + 1} next={index === next && !isGuest.value} />
          ))}
        </ol>
        {rowsOf("panel").length > 0 && newestOf("screening") && !isGuest.value && (
          <div class="row">
            <LinkButton icon="today" href="/session">
              Start a session without a course
            </LinkButton>
          </div>
        )}
      </section>
    </>
  );
}

function StepItem({ step, number, next }: { step: Step; number: number; next: boolean }): JSX.Element {
  return (
    <li class={step.done ? "done" : next ? "next" : ""}>
      <span class="first-mark num" aria-hidden="true">
        {step.done ? <Icon name="check" /> : number}
      </span>
      <div class="stack first-words">
        <h2>
          {step.title}
          {step.done && <span class="unseen">, done</span>}
        </h2>
        <p class="soft">{step.words}</p>
        {!step.done && (
          <div>
            <LinkButton kind={next ? "main" : "plain"} href={step.href}>
              {step.action}
            </LinkButton>
          </div>
        )}
      </div>
    </li>
  );
}
