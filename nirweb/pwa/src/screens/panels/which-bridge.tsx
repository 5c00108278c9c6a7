import type { JSX } from "preact";
import { Group, Pick } from "../../design/field";
import type { Row } from "../../store/entities";

/** Which of several bridges. */
export function Choice({ bridges, chosen, onChoose }: { bridges: readonly Row<"bridge">[]; chosen: string; onChoose: (id: string) => void }): JSX.Element {
  return (
    <Group legend="To which bridge?">
      {bridges.map((row) => (
        <Pick key={row.id} kind="one" name="bridge" label={row.body.name} checked={row.id === chosen} onPick={() => onChoose(row.id)} />
      ))}
    </Group>
  );
}
