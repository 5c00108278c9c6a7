import type { JSX } from "preact";
import { LinkButton } from "../../design/button";
import { Icon } from "../../design/icon";
import { isGuest, me } from "../../features/account/me";
import { newestOf, rowsOf } from "../../features/records";
import { Consent } from "./consent";

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

/** From an empty app to the first session, one step after the other. */
export function FirstSteps(): JSX.Element {
  const steps = stepsNow();
  const next = steps.findIndex((step) => !step.done);
  const needsConsent = me.value?.consent === null && !isGuest.value;
  if (needsConsent) return <Consent />;
  return (
    <section class="stack first" aria-label="First steps">
      <ol class="first-steps">
        {steps.map((step, index) => (
          <li key={step.title} class={step.done ? "done" : index === next ? "next" : ""}>
            <span class="first-mark num" aria-hidden="true">
              {step.done ? <Icon name="check" /> : index + 1}
            </span>
            <div class="stack first-words">
              <h2>
                {step.title}
                {step.done && <span class="unseen">, done</span>}
              </h2>
              <p class="soft">{step.words}</p>
              {!step.done && (
                <div>
                  <LinkButton kind={index === next ? "main" : "plain"} href={step.href}>
                    {step.action}
                  </LinkButton>
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
      {rowsOf("panel").length > 0 && newestOf("screening") && (
        <div class="row">
          <LinkButton icon="today" href="/session">
            Start a session without a course
          </LinkButton>
        </div>
      )}
    </section>
  );
}
