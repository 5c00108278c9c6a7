import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { RatingPoint, Week } from "../../domain/progress";
import { dayOf, fluence } from "../../features/words";
import { afterPaint } from "../../store/after-paint";
import { onceNear } from "./near";
import type { Drawing } from "./plot";
import "./progress.css";

const DAY_MS = 86_400_000;
const day = (date: string): string => dayOf(new Date(`${date}T12:00:00Z`), "UTC").replace(/^\w+ /, "");

/** A round number at or above the largest, for the top line. */
export function topOf(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  if (most === 0) return 1;
  const size = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * size >= most) ?? 10;
  return step * size;
}

/**
 * A drawing with the same in a table: the drawing is for the eye alone, and what does the drawing comes when it is needed. The table is
 * closed at first, so it comes once the screen is seen.
 */
function Figure({ title, summary, drawing, table }: { title: string; summary: string; drawing: Drawing; table: () => JSX.Element }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const pointed = useSignal("");
  const seen = useSignal(false);
  useEffect(() => {
    afterPaint(() => (seen.value = true));
  }, []);
  useEffect(() => {
    const here = place.current;
    if (!here) return;
    let leave: (() => void) | null = null;
    let gone = false;
    const notNear = onceNear(here, () => {
      void import("./plot").then(
        ({ draw }) => {
          // not in the task that its code was run in, so that the page answers in between
          afterPaint(() => {
            if (!gone) leave = draw(here, drawing, (words) => (pointed.value = words));
          });
        },
        () => undefined, // not on this phone yet: the table says it all
      );
    });
    return () => {
      gone = true;
      notNear();
      leave?.();
    };
  }, [JSON.stringify(drawing.marks)]);
  return (
    <figure class="figure stack">
      <figcaption class="stack">
        <h3>{title}</h3>
        <p class="soft small">{pointed.value || summary}</p>
      </figcaption>
      <div class="chart" ref={place} aria-hidden="true" />
      <details class="as-table">
        <summary>As a table</summary>
        {seen.value && table()}
      </details>
    </figure>
  );
}

const weekValue = (week: Week): string => {
  if (week.fluenceJCm2 === null) return week.sessions === 0 ? "none" : "dose unknown";
  return fluence(week.fluenceJCm2) + (week.partlyUnknown ? " and more" : "");
};

/** Light a week on the place that got the most; minutes where no dose is known. */
export function WeekChart({ weeks }: { weeks: readonly Week[] }): JSX.Element {
  const known = weeks.some((week) => week.fluenceJCm2 !== null);
  const values = weeks.map((week) => (known ? (week.fluenceJCm2 ?? 0) : week.minutes));
  const drawing: Drawing = {
    kind: "bars",
    top: topOf(values),
    unit: known ? "J/cm²" : "min",
    wordOf: (x) => (weeks[x] ? day(weeks[x].monday) : ""),
    marks: weeks.map((week, index) => ({
      x: index,
      y: values[index] ?? 0,
      unsure: !week.confirmed || (week.partlyUnknown && known),
      words: `Week of ${day(week.monday)}: ${known ? weekValue(week) : `${Math.round(week.minutes)} min`}`,
    })),
  };
  return (
    <Figure
      title={known ? "Fluence a week" : "Minutes a week"}
      summary={known ? "On the place that got the most." : "The irradiance is not known, so no dose is shown."}
      drawing={drawing}
      table={() => (
        <table>
          <thead>
            <tr>
              <th scope="col">Week of</th>
              <th scope="col">Sessions</th>
              <th scope="col">Minutes</th>
              <th scope="col">Fluence</th>
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week.monday}>
                <th scope="row">{day(week.monday)}</th>
                <td>{week.sessions}</td>
                <td>{Math.round(week.minutes)}</td>
                <td>{weekValue(week)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    />
  );
}

/** How the aim was rated, in time as it passed. */
export function RatingChart({ points, low, high }: { points: readonly RatingPoint[]; low: string; high: string }): JSX.Element {
  const drawing: Drawing = {
    kind: "curve",
    top: 10,
    unit: "",
    wordOf: (x) => day(new Date(x * DAY_MS).toISOString().slice(0, 10)),
    marks: points.map((point) => ({ x: Date.parse(point.date) / DAY_MS, y: point.value, unsure: false, words: `${day(point.date)}: ${point.value}` })),
  };
  return (
    <Figure
      title="Your ratings"
      drawing={drawing}
      summary={`0: ${low.toLowerCase()}. 10: ${high.toLowerCase()}.`}
      table={() => (
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Rating</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.date}>
                <th scope="row">{day(point.date)}</th>
                <td>{point.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    />
  );
}

/** Planned days as ticks of a scale, the kept ones lit. */
export function KeptScale({ kept, planned }: { kept: number; planned: number }): JSX.Element {
  return (
    <div class="kept" aria-hidden="true">
      {Array.from({ length: planned }, (_, index) => (
        <span key={index} class={index < kept ? "on" : ""} />
      ))}
    </div>
  );
}

