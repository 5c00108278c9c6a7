import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { isSeen } from "../../domain/names";
import { newAct } from "../../features/act";
import { say } from "../../features/toast";

interface RenameProps {
  readonly label: string;
  /** As it is now; one that comes meanwhile is shown where nothing was typed. */
  readonly name: string;
  /** Tells the server; rejects where that was not to be done. */
  readonly onRename: (name: string) => Promise<unknown>;
}

/** A name with its own button, which comes once there is something to keep. */
export function Rename({ label, name: before, onRename }: RenameProps): JSX.Element {
  const act = useMemo(newAct, []);
  const typed = useSignal<string | null>(null);
  const name = typed.value ?? before;
  const wanted = name.trim();
  const keep = async (): Promise<void> => {
    if (await act.run(() => onRename(wanted))) say("Renamed.");
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <Field label={label} value={name} maxLength={80} wrong={act.wrong.value} onInput={(value) => (typed.value = value)} />
      {isSeen(wanted) && wanted !== before && (
        <Button type="submit" busy={act.busy.value}>
          Rename
        </Button>
      )}
    </form>
  );
}
