import type { JSX } from "preact";
import { Group, Pick } from "../../design/field";
import { Icon } from "../../design/icon";
import { aims, type Aim } from "../../features/aims";
import { ownNumbers, studiesOf, type Study } from "../../features/plan/studies";

function StudyPart({ study }: { study: Study }): JSX.Element {
  const facts = [
    ["Light", study.light],
    ["Schedule", study.schedule],
    ["People", study.people],
    ["Compared with a sham", study.sham === "yes" ? "Yes" : study.sham === "no" ? "No" : "Not stated"],
    ["What came out", study.outcome],
    ["What it does not show", study.does_not_show],
  ].filter(([, words]) => words);
  return (
    <details class="study">
      <summary>
        {study.name}
        {study.kind === "review" && <span class="soft small">review</span>}
      </summary>
      <dl class="pairs">
        {facts.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      {study.link && (
        <p>
          <a href={study.link} target="_blank" rel="noreferrer">
            Read it
          </a>
        </p>
      )}
    </details>
  );
}

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
      <div>
        {studiesOf(aim.studies).map((study) => (
          <StudyPart key={study.id} study={study} />
        ))}
      </div>
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
