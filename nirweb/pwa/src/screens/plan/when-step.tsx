import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Field, Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import type { Aim } from "../../features/aims";
import { sameCourses } from "../../features/course-names";
import { placeNames } from "../../features/places";
import type { PlanDraft, Wrong } from "../../features/plan/draft";
import { rowsOf } from "../../features/records";
import { dayList, dayNames } from "../../features/words";
import { Basis } from "../parts/basis";
import { Places } from "../parts/places";

const span = (low: number, high: number): string => (low === high ? String(low) : `${low} to ${high}`);

interface WhenProps {
  draft: Signal<PlanDraft>;
  aim: Aim | undefined;
  wrong: Wrong;
  /** Of the course that is being changed; null for a new one. */
  courseId: string | null;
}

/** The same twice is seldom meant: said, not forbidden. */
function Already({ draft, courseId }: { draft: PlanDraft; courseId: string | null }): JSX.Element | null {
  const others = rowsOf("regimen").filter((row) => row.id !== courseId);
  const same = sameCourses(draft.aim, draft.sites, others.map((row) => ({ ...row.body, id: row.id })));
  if (same.length === 0) return null;
  return (
    <Notice tone="warn" live>
      <p>
        <b>You have a course like this already.</b> Each would be due by itself, and what both bring to a place is counted together.
      </p>
      {same.map((one) => (
        <p key={one.id}>
          {placeNames(one.sites)}, {dayList(one.days)} at {one.local_time}: <a href={`/plan/${one.id}`}>change that one</a>
        </p>
      ))}
    </Notice>
  );
}

/** Where and when. What was studied stands beside what is chosen. */
export function WhenStep({ draft, aim, wrong, courseId }: WhenProps): JSX.Element {
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
      <Already draft={value} courseId={courseId} />
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
