import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Field, Group, Pick } from "../../design/field";
import type { Aim } from "../../features/aims";
import type { PlanDraft, Wrong } from "../../features/plan/draft";
import { dayNames } from "../../features/words";
import { Basis } from "../parts/basis";
import { Places } from "../parts/places";

const span = (low: number, high: number): string => (low === high ? String(low) : `${low} to ${high}`);

/** Where and when. What was studied stands beside what is chosen. */
export function WhenStep({ draft, aim, wrong }: { draft: Signal<PlanDraft>; aim: Aim | undefined; wrong: Wrong }): JSX.Element {
  const { value } = draft;
  const week = aim?.default?.per_week;
  const toggle = (day: number, on: boolean): void => {
    draft.value = { ...value, days: on ? [...value.days, day] : value.days.filter((one) => one !== day) };
  };
  return (
    <>
      <Places
        legend="Where does the light go?"
        chosen={value.sites}
        wrong={wrong.sites ?? null}
        onChange={(sites) => (draft.value = { ...draft.value, sites })}
      />
      <Group legend="On which days?" hint={week ? `Studied ${span(week.low, week.high)} times a week.` : undefined} chips>
        {dayNames.map((name, day) => (
          <Pick
            key={name}
            chip
            label={
              <>
                <span aria-hidden="true">{name.slice(0, 3)}</span>
                <span class="unseen">{name}</span>
              </>
            }
            checked={value.days.includes(day)}
            onPick={(on) => {
              toggle(day, on);
            }}
          />
        ))}
      </Group>
      {aim && week && <Basis of={`aim_${aim.id}`} />}
      {wrong.days && <p class="wrong-words small">{wrong.days}</p>}
      <div class="plan-time">
        <Field label="At what time?" type="time" value={value.time} onInput={(time) => (draft.value = { ...draft.value, time })} />
      </div>
    </>
  );
}
