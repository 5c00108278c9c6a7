import type { JSX } from "preact";
import { Button } from "../../design/button";
import "./steps.css";

/** How far along: ticks of a scale, and the same in words. */
export function Steps({ count, at }: { count: number; at: number }): JSX.Element {
  return (
    <div class="steps">
      <p class="soft small num">
        Step {at + 1} of {count}
      </p>
      <div class="steps-scale" aria-hidden="true">
        {Array.from({ length: count * 6 }, (_, index) => (
          <span key={index} class={index < (at + 1) * 6 ? "on" : ""} />
        ))}
      </div>
    </div>
  );
}

/** Back and on, at the foot of a step; `Back` alone leaves the screen, at its head. */
export function StepTurns({ onBack, onWards, words }: { onBack: (() => void) | null; onWards: () => unknown; words: string }): JSX.Element {
  return (
    <div class="row apart">
      {onBack ? (
        <Button kind="quiet" onPress={onBack}>
          Previous step
        </Button>
      ) : (
        <span />
      )}
      <Button kind="main" onPress={onWards}>
        {words}
      </Button>
    </div>
  );
}
