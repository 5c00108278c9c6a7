import type { JSX } from "preact";
import { Group, Pick } from "../../design/field";
import { Icon } from "../../design/icon";
import { aims, ownNumbers, type Aim } from "../../features/aims";
import { Basis } from "../parts/basis";

/** What was studied for an aim, what was not shown, and what to mind. Never what is "recommended". */
export function Evidence({ aim }: { aim: Aim }): JSX.Element {
  return (
    <section class="plate stack" aria-label="What was studied">
      <p>{aim.says}</p>
      {aim.default === null && (
        <p class="soft">
          {ownNumbers.says} More is not better.
        </p>
      )}
      {aim.near_infrared && <p class="soft">{aim.near_infrared}</p>}
      {aim.care && (
        <p class="row care">
          <Icon name="alert" /> <span class="grow">{aim.care}</span>
        </p>
      )}
      <Basis of={`aim_${aim.id}`} />
    </section>
  );
}

export function AimStep({ chosen, onChoose, wrong }: { chosen: string; onChoose: (aim: Aim) => void; wrong?: string | undefined }): JSX.Element {
  return (
    <Group legend={<span class="unseen">What is it for?</span>}>
      {wrong && <p class="wrong-words small">{wrong}</p>}
      {aims.map((aim) => (
        <div class="stack aim" key={aim.id}>
          <Pick
            kind="one"
            name="aim"
            label={aim.name}
            more={aim.not_shown || undefined}
            checked={chosen === aim.id}
            onPick={() => {
              onChoose(aim);
            }}
          />
          {chosen === aim.id && <Evidence aim={aim} />}
        </div>
      ))}
    </Group>
  );
}
