import type { JSX } from "preact";
import { Group, Pick } from "../../design/field";
import { buildUps, samePlan, weeksOf } from "../../features/plan/build-up";
import type { BuildUp } from "../../store/entities";

interface BuildUpProps {
  plan: BuildUp | null;
  minutes: number | null;
  onChoose: (plan: BuildUp | null) => void;
}

/** How it begins: the whole at once, or less at first. What is noted after a session holds it back. */
export function BuildUpPart({ plan, minutes, onChoose }: BuildUpProps): JSX.Element {
  const known = buildUps.some((one) => samePlan(one.plan, plan));
  const choices = known ? buildUps : [...buildUps, { words: "As it is now", plan }];
  return (
    <div class="stack build-up">
      <Group legend="How does it begin?" hint="No study says how fast to build up: this is your own choice." chips>
        {choices.map((one) => (
          <Pick key={one.words} chip kind="one" name="build-up" label={one.words} checked={samePlan(one.plan, plan)} onPick={() => { onChoose(one.plan); }} />
        ))}
      </Group>
      {plan && minutes !== null && (
        <>
          <ol class="build-weeks small num" aria-label="Minutes by week">
            {weeksOf(plan, minutes).map((length, week) => (
              <li key={week}>
                <span class="soft">Week {week + 1}</span> {length} min
              </li>
            ))}
          </ol>
          <p class="soft small">
            A week with a session brings the next step. After clear warmth or redness it stays where it is; after a sign that holds a place it goes back one.
          </p>
        </>
      )}
    </div>
  );
}
