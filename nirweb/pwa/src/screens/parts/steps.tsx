import type { JSX } from "preact";
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
