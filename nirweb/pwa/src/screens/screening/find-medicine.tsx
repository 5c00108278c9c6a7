import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { isMarked, listVersion, marked, medicinesLike, sourceOf, type Found } from "../../features/screening/medicines";
import type { Draft } from "../../features/screening/questions";

interface FindProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function FoundPart({ found, draft, onChange }: FindProps & { found: Found }): JSX.Element {
  const classes = found.marks.map((option) => option.words).join("; ");
  return (
    <li class="stack found-medicine">
      <p>
        <b>{found.words}</b>: {classes} <span class="soft small">Source: {sourceOf(found.medicine)}.</span>
      </p>
      {isMarked(found.medicine, draft) ? (
        <p class="soft">Marked below.</p>
      ) : (
        <div>
          <Button icon="check" onPress={() => { onChange(marked(found.medicine, draft)); }}>
            I take {found.medicine.name}
          </Button>
        </div>
      )}
    </li>
  );
}

/** A medicine is looked for by the name on its box; what is found marks the answers below. */
export function FindMedicine({ draft, onChange }: FindProps): JSX.Element {
  const text = useSignal("");
  const found = useComputed(() => medicinesLike(text.value)).value;
  return (
    <section class="plate flat stack" aria-label="Find a medicine">
      <Field
        label="Find a medicine by its name"
        hint={`The name on the box, or what is in it. List ${listVersion}; it is not complete, and knows few names outside the United States.`}
        value={text.value}
        onInput={(value) => (text.value = value)}
      />
      <div role="status">
        {found?.length === 0 && (
          <p>
            Not in this list. That does not mean that it is harmless: if its leaflet warns of sunlight, mark “Another medicine that warns of sunlight”, or ask
            your pharmacist.
          </p>
        )}
        {found && found.length > 0 && (
          <ul class="stack found-medicines">
            {found.map((one) => (
              <FoundPart key={one.medicine.name} found={one} draft={draft} onChange={onChange} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
