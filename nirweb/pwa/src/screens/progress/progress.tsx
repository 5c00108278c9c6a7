import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Group, Pick } from "../../design/field";
import { Empty, Notice } from "../../design/notice";
import { aimOf, type Aim } from "../../features/aims";
import { courseNames } from "../../features/course-names";
import { allEntries } from "../../features/log/all";
import { adherenceWords, figuresOf, WEEKS, type Figures } from "../../features/progress/figures";
import { now, opened, rowsOf, zone } from "../../features/records";
import { notSavedWords, useOnce } from "../../features/saving";
import { say } from "../../features/toast";
import { trimmed } from "../../features/words";
import { afterPaint } from "../../store/after-paint";
import type { Row } from "../../store/entities";
import { Page } from "../page";
import { Basis } from "../parts/basis";
import { Ten } from "../parts/scales";
import { WithRecords } from "../parts/with-records";
import { KeptScale, RatingChart, WeekChart } from "./charts";

/** When the studies looked, so that nobody judges too early. */
function judgeWords(aim: Aim): string {
  const weeks = aim.default?.judge_weeks;
  return weeks ? `Studies looked at ${weeks.low} to ${weeks.high} weeks.` : "No study says when to judge.";
}

function Rate({ aim }: { aim: Aim }): JSX.Element {
  const value = useSignal<number | null>(null);
  const wrong = useSignal<string | null>(null);
  const save = useOnce()(async () => {
    if (value.value === null) return;
    try {
      const id = await opened().write("rating", { aim: aim.id, value: value.value, at: now().toISOString(), note: "" });
      value.value = null;
      wrong.value = null;
      say("Rating saved", () => opened().correct("rating", id, null, "undone"));
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  });
  return (
    <section class="plate stack">
      <Ten legend={aim.rating.question} low={aim.rating.low.toLowerCase()} high={aim.rating.high.toLowerCase()} value={value.value} onChange={(step) => { value.value = step; }} />
      {wrong.value && (
        <Notice tone="bad" live>
          {wrong.value}
        </Notice>
      )}
      <Button kind="main" wide onPress={save} disabled={value.value === null}>
        Save the rating
      </Button>
    </section>
  );
}

function Ratings({ aim, figures }: { aim: Aim; figures: Figures }): JSX.Element {
  const { change, ratings } = figures;
  return (
    <>
      {ratings.length > 0 && <RatingChart points={ratings} low={aim.rating.low} high={aim.rating.high} />}
      <p class="soft">
        {change
          ? `First three ratings ${trimmed(change.before)}, last three ${trimmed(change.after)}, on average. `
          : "After six ratings the first and the last three are compared. "}
        {judgeWords(aim)} A rating over time cannot tell the light from the season, other care, or what you hope for.
      </p>
      <div>
        {aim.default?.judge_weeks && <Basis of="judging" words="When the studies looked" />}
        <Basis of={`aim_${aim.id}`} words="What was studied for this" />
      </div>
    </>
  );
}

let started = false;

/** At the start of the app the last section, which most screens are too short for, comes once the others are seen. */
function Course({ course }: { course: Row<"regimen"> }): JSX.Element {
  const aim = aimOf(course.body.aim);
  const whole = useSignal(started);
  started = true;
  useEffect(() => {
    if (!whole.value) afterPaint(() => (whole.value = true));
  }, []);
  const figures = figuresOf(course, allEntries.value, rowsOf("rating"), now(), zone.value);
  return (
    <>
      {figures.adherence && (
        <section class="stack" aria-labelledby="kept">
          <h2 id="kept">Days kept</h2>
          <p class="big num">{adherenceWords(figures.adherence)}</p>
          <KeptScale kept={figures.adherence.kept} planned={figures.adherence.planned} />
          <p class="soft small">Of the last {WEEKS} weeks.</p>
        </section>
      )}
      <section class="stack" aria-labelledby="light">
        <h2 id="light">Light</h2>
        <WeekChart weeks={figures.weeks} />
        <Basis of="dose" words="What stands behind a dose" />
      </section>
      {aim && whole.value && (
        <section class="stack" aria-labelledby="helps">
          <h2 id="helps">Does it help?</h2>
          <Rate aim={aim} />
          <Ratings aim={aim} figures={figures} />
        </section>
      )}
    </>
  );
}

function Courses(): JSX.Element {
  const courses = rowsOf("regimen");
  const names = courseNames(courses.map((row) => row.body));
  const newest = courses.findLast((row) => row.body.ended_on === null) ?? courses.at(-1);
  const chosen = useSignal<string | null>(null);
  const course = courses.find((row) => row.id === chosen.value) ?? newest;
  if (!course) {
    return (
      <Empty icon="progress" title="No course yet" action={<LinkButton kind="main" href="/plan">Plan a course</LinkButton>}>
        Once you have a course you see here which days you kept, how much light each week brought, and how you rate what you are doing it for.
      </Empty>
    );
  }
  return (
    <>
      {courses.length > 1 && (
        <Group legend="Course" chips>
          {courses.map((row, i) => (
            <Pick key={row.id} chip kind="one" name="course" label={names[i] ?? ""} checked={row.id === course.id} onPick={() => { chosen.value = row.id; }} />
          ))}
        </Group>
      )}
      <Course key={course.id} course={course} />
    </>
  );
}

export default function Progress(): JSX.Element {
  return (
    <Page title="Progress">
      <WithRecords>
        <Courses />
      </WithRecords>
    </Page>
  );
}
