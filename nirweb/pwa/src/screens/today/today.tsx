import type { JSX } from "preact";
import { LinkButton } from "../../design/button";
import { Dial } from "../../design/dial";
import { Icon } from "../../design/icon";
import { Notice } from "../../design/notice";
import { lightName, Swatch } from "../../design/swatch";
import { aimName } from "../../features/aims";
import { isGuest, me } from "../../features/account/me";
import { holdsNow, holdPlace } from "../../features/holds/holds";
import { mayAsk } from "../../features/install/install";
import { allEntries } from "../../features/log/all";
import type { Entry } from "../../features/log/entries";
import { listed, placeNames } from "../../features/places";
import { minutesToday, stepWords } from "../../features/plan/build-up";
import { newestOf, now, ownName, rowsOf, zone } from "../../features/records";
import { ability } from "../../features/reminders/phone";
import { questionsDue } from "../../features/screening/outcome";
import { coursesToday, greeting, unasked, weekOf, type DueCourse, type WeekDay } from "../../features/today/day";
import { dayName, duration, longDayOf, timeOf, untilWords, weekday } from "../../features/words";
import { AskInstall } from "../install/ask";
import { AskReminders, asksReminders } from "../reminders/ask";
import type { Row } from "../../store/entities";
import { Lazy } from "../lazy";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { FirstSteps } from "./first-steps";
import "./today.css";

/** Asked once, and drawn with what the way in is drawn with. */
const consent = () => import("./consent");
const passports = () => import("./passports");
const hasDates = ({ body }: Row<"panel">): boolean => !!body.measure_again_on || !!body.warranty_until;

function Week({ days }: { days: readonly WeekDay[] }): JSX.Element {
  const said = (day: WeekDay): string => (day.done ? "done" : day.planned ? "planned" : "free");
  return (
    <ol class="week" aria-label="This week">
      {days.map((day) => (
        <li key={day.date} class={`week-day ${said(day)}`} aria-current={day.today ? "date" : undefined}>
          <span aria-hidden="true">{dayName(weekday(day.date)).slice(0, 2)}</span>
          <span class="week-mark" aria-hidden="true" />
          <span class="unseen">
            {dayName(weekday(day.date))}: {said(day)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Lights({ course }: { course: DueCourse }): JSX.Element {
  const lit = Object.entries(course.row.body.wavelengths).filter(([, light]) => light.level_pct > 0);
  return (
    <ul class="lights">
      {lit.map(([nm, light]) => (
        <li class="row num" key={nm}>
          <Swatch wavelengthNm={Number(nm)} /> {lightName(Number(nm))}, {light.level_pct} %
        </li>
      ))}
    </ul>
  );
}

/** The one thing to do now: the dial stands at its minutes. */
function Due({ course }: { course: DueCourse }): JSX.Element {
  const { body } = course.row;
  const minutes = minutesToday(course.row);
  const step = stepWords(course.row);
  return (
    <section class="due" aria-label={aimName(body.aim)}>
      <Dial lit={minutes / 30} glow={0.35}>
        <span class="dial-num dial-count">{minutes}</span>
        <span class="soft small">min</span>
      </Dial>
      <div class="stack due-words">
        <div class="row apart due-head">
          <h2 class="grow">{aimName(body.aim)}</h2>
          <a class="button round" href={`/plan/${course.row.id}`} aria-label={`Change “${aimName(body.aim)}”`} title="Change">
            <Icon name="pen" />
          </a>
        </div>
        <p class="soft num">
          {placeNames(body.sites)}
          {body.local_time && `, at ${body.local_time}`}
        </p>
        {step && <p class="soft small">{step}</p>}
        {course.begun && <p class="small">Begun at {timeOf(course.begun.at, zone.value)} and stopped after {duration(course.begun.onS)}: not counted as done.</p>}
        <Lights course={course} />
        <LinkButton kind="main" wide icon="today" href={`/session?regimen=${course.row.id}`}>
          Start the session
        </LinkButton>
        <div class="row apart">
          <LinkButton kind="quiet" href={`/timer?regimen=${course.row.id}`}>
            Timer instead
          </LinkButton>
          <LinkButton kind="quiet" href="/log/new">
            Done already
          </LinkButton>
        </div>
      </div>
    </section>
  );
}

function doneWords(entry: Entry): string {
  return `Done at ${timeOf(entry.at, zone.value)}, ${duration(entry.onS)}`;
}

function Quiet({ course }: { course: DueCourse }): JSX.Element {
  const next = course.next ? `Next ${untilWords(course.next.at, now(), zone.value)}` : "No further day planned";
  return (
    <li>
      <a class="item" href={`/plan/${course.row.id}`}>
        <span class={course.done ? "quiet-mark done" : "quiet-mark"} aria-hidden="true">
          <Icon name={course.done ? "check" : "clock"} />
        </span>
        <span class="grow">
          <b>{aimName(course.row.body.aim)}</b>
          <span class="item-about soft small num">
            {course.done && `${doneWords(course.done)}. `}
            {next}
          </span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  );
}

function Holds(): JSX.Element | null {
  const holds = holdsNow(rowsOf("checkin"), rowsOf("hold_release"), now());
  if (holds.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>
        <b>On hold: {listed([...new Set(holds.map(holdPlace))])}.</b> <a href="/holds">See why, and when it lifts</a>
      </p>
    </Notice>
  );
}

function AskHow({ entry }: { entry: Entry }): JSX.Element {
  return (
    <section class="plate row apart" aria-label="How was it?">
      <p>
        <b>How was it?</b>
        <br />
        <span class="soft small">
          {placeNames(entry.sites)}, {duration(entry.onS)}
        </span>
      </p>
      <LinkButton href={`/checkin?session=${entry.id}`}>Say it</LinkButton>
    </section>
  );
}

/** One thing at a time: what comes to the home screen after a first entry, or what needs it there, comes first. */
function Ask({ courses, useful }: { courses: readonly Row<"regimen">[]; useful: boolean }): JSX.Element | null {
  if (ability.value !== "install" && asksReminders(courses)) return <AskReminders courses={courses} />;
  if (useful && mayAsk.value && !isGuest.value) return <AskInstall />;
  return <AskReminders courses={courses} />;
}

function Day(): JSX.Element {
  if (me.value?.consent === null && !isGuest.value) return <Lazy load={consent} params={{}} />;
  const entries = allEntries.value;
  const courses = coursesToday(rowsOf("regimen"), entries, now(), zone.value);
  const due = courses.filter((course) => course.due && !course.done);
  const others = courses.filter((course) => !course.due || course.done);
  const ask = unasked(entries, rowsOf("checkin"), now());
  const asks = <Ask courses={courses.map((course) => course.row)} useful={entries.length > 0} />;
  if (!newestOf("screening") || courses.length === 0) {
    return (
      <>
        <FirstSteps />
        {asks}
      </>
    );
  }
  return (
    <>
      <Holds />
      {questionsDue(rowsOf("screening"), now(), zone.value) && (
        <Notice tone="warn">
          <p>The health questions are due again: nothing starts before they are gone through.</p>
          <div>
            <LinkButton href="/screening">Go through them</LinkButton>
          </div>
        </Notice>
      )}
      <Week days={weekOf(courses, entries, now(), zone.value)} />
      {due.map((course) => (
        <Due key={course.row.id} course={course} />
      ))}
      {due.length === 0 && <Nothing done={courses.some((course) => course.done !== null)} />}
      {ask && <AskHow entry={ask} />}
      {rowsOf("panel").some(hasDates) && <Lazy load={passports} params={{}} />}
      {asks}
      {others.length > 0 && (
        <ul class="list" aria-label="Courses">
          {others.map((course) => (
            <Quiet key={course.row.id} course={course} />
          ))}
        </ul>
      )}
      <p class="small">
        <a href="/plan">Plan another course</a>
      </p>
    </>
  );
}

function Nothing({ done }: { done: boolean }): JSX.Element {
  return (
    <section class="due" aria-label="Today">
      <Dial lit={done ? 1 : 0} glow={done ? 0.25 : 0} quiet={!done}>
        <Icon name={done ? "check" : "today"} size={56} />
      </Dial>
      <div class="stack due-words">
        <h2>{done ? "Done for today" : "A day without light"}</h2>
        <p class="soft">{done ? "More is not better: the rest between sessions is part of it." : "Nothing is planned today."}</p>
        <LinkButton href="/session">Start one anyway</LinkButton>
      </div>
    </section>
  );
}

export default function Today(): JSX.Element {
  const name = ownName.value;
  return (
    <Page title={name ? `${greeting(now(), zone.value)}, ${name}` : greeting(now(), zone.value)} lead={longDayOf(now(), zone.value)}>
      <WithRecords>
        <Day />
      </WithRecords>
    </Page>
  );
}
