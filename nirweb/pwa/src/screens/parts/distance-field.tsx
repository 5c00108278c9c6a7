import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Field } from "../../design/field";
import { cmOf, inchesOf, typed } from "../../features/dose/reckon";
import { inInches } from "../../features/dose/units";
import { numberIn } from "../../features/session/wish";
import "./dose-fields.css";

interface DistanceFieldProps {
  label?: string;
  /** In cm, as it is kept. */
  value: string;
  onInput: (cm: string) => void;
  hint: string;
  wrong?: string | null | undefined;
}

const inchesIn = (cm: string): string => {
  const value = numberIn(cm, 0.01, 1000);
  return value === null ? "" : typed(inchesOf(value));
};

/** A distance in cm, or in inches with the cm in sight. */
export function DistanceField({ label = "Distance", value, onInput, hint, wrong }: DistanceFieldProps): JSX.Element {
  const inches = useSignal<string | null>(null);
  const turned = inInches.value;
  const shown = turned ? (inches.value ?? inchesIn(value)) : value;
  const input = (text: string): void => {
    if (!turned) {
      onInput(text);
      return;
    }
    inches.value = text;
    const found = numberIn(text, 0.01, 500);
    onInput(found === null ? text : String(cmOf(found)));
  };
  const turn = (): void => {
    inches.value = null;
    inInches.value = !turned;
  };
  const cm = numberIn(value, 0.01, 1000);
  return (
    <div class="stack dose-fields">
      <Field
        label={label}
        unit={turned ? "in" : "cm"}
        inputMode="decimal"
        value={shown}
        onInput={input}
        hint={turned && cm !== null ? `${shown} in = ${typed(cm)} cm` : hint}
        wrong={wrong}
      />
      <div>
        <button class="unit-turn small" type="button" onClick={turn}>
          {turned ? "Enter cm" : "Enter inches"}
        </button>
      </div>
    </div>
  );
}
