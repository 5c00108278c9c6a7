import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, RoundButton } from "../../design/button";
import { Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { lightName } from "../../design/swatch";
import { changeLine, provenances, withLine, withoutLine, type LightDraft } from "../../features/panels/light";
import { DistanceField } from "../parts/distance-field";
import { StrengthField, StrengthTurn } from "../parts/strength-field";

interface LightFormProps {
  draft: Signal<LightDraft>;
  wavelengths: readonly number[];
  faults: Readonly<Record<string, string>>;
}

function Lines({ draft, wavelengths, faults }: LightFormProps): JSX.Element {
  return (
    <div class="stack">
      <p class="soft small">At full level, at the distance from the panel to your skin. Two or more distances let the app read between them; beyond them nothing is guessed.</p>
      {draft.value.lines.map((line, index) => (
        <fieldset class="plate flat stack measured" key={index}>
          <legend class="unseen">Distance {index + 1}</legend>
          <div class="row measured-head">
            <div class="grow">
              <DistanceField
                value={line.distance}
                hint="Panel to skin"
                wrong={faults[`${index}.distance`]}
                onInput={(distance) => (draft.value = changeLine(draft.value, index, { ...line, distance }))}
              />
            </div>
            {draft.value.lines.length > 1 && (
              <RoundButton icon="bin" label={`Remove distance ${index + 1}`} onPress={() => (draft.value = withoutLine(draft.value, index))} />
            )}
          </div>
          <div class="two">
            {wavelengths.map((nm) => (
              <StrengthField
                key={nm}
                label={lightName(nm)}
                value={line.values[nm] ?? ""}
                wrong={faults[`${index}.${nm}`]}
                onInput={(value) => (draft.value = changeLine(draft.value, index, { ...line, values: { ...line.values, [nm]: value } }))}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <StrengthTurn />
      <div>
        <Button kind="quiet" icon="plus" onPress={() => (draft.value = withLine(draft.value))}>
          Another distance
        </Button>
      </div>
    </div>
  );
}

/** How strong the panel is, and how that is known. "Not known" is a full answer. */
export function LightForm(props: LightFormProps): JSX.Element {
  const { draft, faults } = props;
  return (
    <div class="stack">
      <Group legend="How is its strength known?">
        {provenances.map((one) => (
          <Pick
            key={one.id}
            kind="one"
            name="provenance"
            label={one.name}
            more={one.says}
            checked={draft.value.provenance === one.id}
            onPick={() => (draft.value = { ...draft.value, provenance: one.id })}
          />
        ))}
      </Group>
      {draft.value.provenance !== null && draft.value.provenance !== "unknown" && <Lines {...props} />}
      {faults.all && (
        <Notice tone="bad" live>
          {faults.all}
        </Notice>
      )}
    </div>
  );
}
