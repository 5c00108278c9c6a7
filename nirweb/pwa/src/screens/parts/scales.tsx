import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { Pick } from "../../design/field";
import "./scales.css";

interface TenProps {
  legend: ComponentChildren;
  low: string;
  high: string;
  value: number | null;
  onChange: (value: number) => void;
}

/** 0 to 10, each a target of its own; the ends say which way it goes. */
export function Ten({ legend, low, high, value, onChange }: TenProps): JSX.Element {
  const name = useId();
  return (
    <fieldset class="group">
      <legend>{legend}</legend>
      <div class="ten">
        {Array.from({ length: 11 }, (_, step) => (
          <Pick key={step} kind="one" name={name} label={<span class="num">{step}</span>} checked={value === step} onPick={() => { onChange(step); }} />
        ))}
      </div>
      <p class="row apart small soft">
        <span>0: {low}</span>
        <span>10: {high}</span>
      </p>
    </fieldset>
  );
}

interface DegreesProps<V extends number> {
  legend: ComponentChildren;
  words: readonly string[];
  value: V;
  onChange: (value: V) => void;
}

/** None to strongly. */
export function Degrees<V extends number>({ legend, words, value, onChange }: DegreesProps<V>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="group">
      <legend>{legend}</legend>
      <div class="degrees">
        {words.map((word, step) => (
          <Pick key={word} kind="one" name={name} label={word} checked={value === step} onPick={() => { onChange(step as V); }} />
        ))}
      </div>
    </fieldset>
  );
}
