import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

type InputType = "text" | "email" | "password" | "number" | "date" | "time" | "datetime-local";

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: InputType;
  hint?: ComponentChildren;
  wrong?: string | null | undefined;
  unit?: string;
  name?: string;
  autocomplete?: string;
  inputMode?: "decimal" | "numeric" | "email" | "text";
  required?: boolean;
  min?: number | string;
  max?: number | string;
  step?: number | string;
  maxLength?: number;
  rows?: number;
  placeholder?: string;
}

/** A labelled input; what is wrong with it stands under it and is read with it. */
export function Field(props: FieldProps): JSX.Element {
  const { label, value, onInput, type = "text", hint, wrong, unit, rows } = props;
  const id = useId();
  const about = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  const shared = {
    id,
    class: "input",
    name: props.name,
    value,
    required: props.required,
    maxLength: props.maxLength,
    placeholder: props.placeholder,
    "aria-invalid": wrong ? true : undefined,
    "aria-describedby": about || undefined,
    onInput: (event: Event) => {
      onInput((event.currentTarget as HTMLInputElement).value);
    },
  };
  // one object for all kinds: the typings know one attribute set per kind of input
  const kind = {
    type,
    autocomplete: props.autocomplete,
    inputMode: props.inputMode,
    min: props.min,
    max: props.max,
    step: props.step,
  } as JSX.IntrinsicElements["input"];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class={unit ? "with-unit" : undefined}>
        {rows ? (
          <textarea {...shared} rows={rows} />
        ) : (
          <input {...shared} {...kind} />
        )}
        {unit && (
          <span class="unit small" aria-hidden="true">
            {unit}
          </span>
        )}
      </div>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p class="wrong" id={`${id}-wrong`}>
          <span aria-hidden="true">×</span> {wrong}
        </p>
      )}
    </div>
  );
}

interface PickProps {
  label: ComponentChildren;
  more?: ComponentChildren;
  checked: boolean;
  onPick: (checked: boolean) => void;
  name?: string;
  value?: string;
  kind?: "one" | "many";
  chip?: boolean;
  disabled?: boolean;
}

/** One of many (radio) or many of many (checkbox); the whole box is the target. */
export function Pick({ label, more, checked, onPick, name, value, kind = "many", chip = false, disabled }: PickProps): JSX.Element {
  return (
    <label class={chip ? "pick chip" : "pick"}>
      <input
        type={kind === "one" ? "radio" : "checkbox"}
        name={name}
        value={value}
        checked={checked}
        disabled={disabled}
        onChange={(event) => {
          onPick(event.currentTarget.checked);
        }}
      />
      <span class="mark" aria-hidden="true" />
      <span>
        {label}
        {more && <small>{more}</small>}
      </span>
    </label>
  );
}

/** A question with its answers: a fieldset, so that the question is read with each of them. */
export function Group({ legend, hint, chips = false, children }: { legend: ComponentChildren; hint?: ComponentChildren; chips?: boolean; children: ComponentChildren }): JSX.Element {
  return (
    <fieldset class="group">
      <legend>{legend}</legend>
      {hint && <p class="soft small">{hint}</p>}
      <div class={chips ? "group-chips" : "group-list"}>{children}</div>
    </fieldset>
  );
}
