import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Field } from "../../design/field";
import { mwCm2Of, typed } from "../../features/dose/reckon";
import { inWM2 } from "../../features/dose/units";
import { numberIn } from "../../features/session/wish";

interface StrengthFieldProps {
  label: string;
  /** In mW/cm², as it is kept. */
  value: string;
  onInput: (mwCm2: string) => void;
  wrong?: string | null | undefined;
}

const wM2In = (mwCm2: string): string => {
  const value = numberIn(mwCm2, 0.001, 10_000);
  return value === null ? "" : typed(value * 10);
};

/** An irradiance in mW/cm², or in W/m² with the mW/cm² in sight. */
export function StrengthField({ label, value, onInput, wrong }: StrengthFieldProps): JSX.Element {
  const wM2 = useSignal<string | null>(null);
  const turned = inWM2.value;
  const shown = turned ? (wM2.value ?? wM2In(value)) : value;
  const input = (text: string): void => {
    if (!turned) {
      wM2.value = null;
      onInput(text);
      return;
    }
    wM2.value = text;
    const found = numberIn(text, 0.01, 100_000);
    onInput(found === null ? text : String(mwCm2Of(found)));
  };
  const kept = numberIn(value, 0.001, 10_000);
  return (
    <Field
      label={label}
      unit={turned ? "W/m²" : "mW/cm²"}
      inputMode="decimal"
      value={shown}
      onInput={input}
      hint={turned && kept !== null ? `${shown} W/m² = ${String(kept)} mW/cm²` : undefined}
      wrong={wrong}
    />
  );
}

/** Turns every strength on the screen over to the other unit. */
export function StrengthTurn(): JSX.Element {
  return (
    <div>
      <button class="unit-turn small" type="button" onClick={() => (inWM2.value = !inWM2.value)}>
        {inWM2.value ? "Enter strengths in mW/cm²" : "Enter strengths in W/m²"}
      </button>
    </div>
  );
}
