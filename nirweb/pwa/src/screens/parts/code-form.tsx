import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import type { Act } from "../../features/act";

interface CodeFormProps {
  readonly label: string;
  readonly hint: string;
  readonly code: Signal<string>;
  readonly maxLength: number;
  readonly act: Act;
  readonly button: string;
  readonly disabled?: boolean;
  readonly onAsk: () => Promise<void>;
}

/** A code that somebody else reads out or sends: typed or pasted, then looked up before anything is done. */
export function CodeForm({ label, hint, code, maxLength, act, button, disabled = false, onAsk }: CodeFormProps): JSX.Element {
  return (
    <form
      class="stack form"
      onSubmit={(event) => {
        event.preventDefault();
        void onAsk();
      }}
    >
      <Field label={label} value={code.value} autocomplete="off" maxLength={maxLength} hint={hint} wrong={act.wrong.value} onInput={(value) => (code.value = value)} />
      <Button kind="main" wide type="submit" busy={act.busy.value} disabled={disabled || code.value.trim() === ""}>
        {button}
      </Button>
    </form>
  );
}
