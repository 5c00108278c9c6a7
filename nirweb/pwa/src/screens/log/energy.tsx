import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { energyJ } from "../../domain/dose";
import { Field } from "../../design/field";
import { numberIn } from "../../features/session/wish";

/** Energy is known only with the lit area, which nobody but the person can have measured: asked here, and not kept. */
export function Energy({ totalJCm2, places }: { totalJCm2: number; places: number }): JSX.Element {
  const area = useSignal("");
  const cm2 = numberIn(area.value, 0.1, 20_000);
  return (
    <details>
      <summary>Energy in joules</summary>
      <div class="stack">
        <p class="soft small">
          Another quantity than the dose: dose times lit area. The panel does not tell which area it lit, so it is not known unless you measured it.
        </p>
        <Field label="Lit area" unit="cm²" inputMode="decimal" value={area.value} hint="As you measured it on the skin; it is not kept" onInput={(text) => { area.value = text; }} />
        {cm2 !== null && (
          <p class="num" role="status">
            At most <b>{Math.round(energyJ(totalJCm2, cm2))} J</b>
            {places > 1 && ` on ${places} places together`}: light is weaker towards the edges.
          </p>
        )}
      </div>
    </details>
  );
}
