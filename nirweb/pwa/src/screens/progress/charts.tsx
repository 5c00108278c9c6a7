import type { ComponentChildren, JSX } from "preact";
import type { RatingPoint, Week } from "../../domain/progress";
import { dayOf, fluence } from "../../features/words";
import "./progress.css";

const WIDTH = 320;
const HEIGHT = 128;
/** For the numbers of the scale, which stand beside the drawing. */
const MARGIN = 34;

const day = (date: string): string => dayOf(new Date(`${date}T12:00:00Z`), "UTC").replace(/^\w+ /, "");

/** A round number at or above the largest, for the top line. */
export function topOf(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  if (most === 0) return 1;
  const size = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * size >= most) ?? 10;
  return step * size;
}

/** A drawing with the same in a table: the drawing is for the eye alone. */
function Figure({ title, summary, children, table }: { title: string; summary: string; children: ComponentChildren; table: JSX.Element }): JSX.Element {
  return (
    <figure class="figure stack">
      <figcaption class="stack">
        <h3>{title}</h3>
        <p class="soft small">{summary}</p>
      </figcaption>
      <svg class="chart" viewBox={`-8 -12 ${WIDTH + 8 + MARGIN} ${HEIGHT + 36}`} aria-hidden="true" focusable="false">
        {children}
      </svg>
      <details class="as-table">
        <summary>As a table</summary>
        {table}
      </details>
    </figure>
  );
}

/** Two digits are enough for a scale, also below one. */
const scaleWords = (value: number): string => String(Number(value.toPrecision(2)));

function Scale({ top, unit }: { top: number; unit: string }): JSX.Element {
  return (
    <>
      <path class="chart-line" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
      <text class="chart-word" x={WIDTH + 5} y={4}>
        {scaleWords(top)}
      </text>
      <text class="chart-word" x={WIDTH + 5} y={HEIGHT / 2 + 4}>
        {scaleWords(top / 2)}
      </text>
      <text class="chart-word" x={WIDTH + 5} y={HEIGHT}>
        {unit}
      </text>
    </>
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
  const top = topOf(values);
  const slot = WIDTH / weeks.length;
  return (
    <Figure
      title={known ? "Fluence a week" : "Minutes a week"}
      summary={known ? "On the place that got the most." : "The irradiance is not known, so no dose is shown."}
      table={
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
      }
    >
      <Scale top={top} unit={known ? "J/cm²" : "min"} />
      {weeks.map((week, index) => {
        const height = ((values[index] ?? 0) / top) * HEIGHT;
        const open = week.partlyUnknown && known;
        return (
          <g key={week.monday}>
            <rect class={week.confirmed && !open ? "bar" : "bar unsure"} x={index * slot + slot * 0.2} y={HEIGHT - height} width={slot * 0.6} height={height} rx={Math.min(3, height / 2)} />
            {index % 3 === weeks.length % 3 && (
              <text class="chart-word" x={(index + 0.5) * slot} y={HEIGHT + 16} text-anchor="middle">
                {day(week.monday)}
              </text>
            )}
          </g>
        );
      })}
    </Figure>
  );
}

/** How the aim was rated, in time as it passed. */
export function RatingChart({ points, low, high }: { points: readonly RatingPoint[]; low: string; high: string }): JSX.Element {
  const times = points.map((point) => Date.parse(point.date));
  const first = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 0) - first);
  const xy = points.map((point, index) => ({ x: points.length === 1 ? WIDTH / 2 : (((times[index] ?? 0) - first) / span) * WIDTH, y: HEIGHT - (point.value / 10) * HEIGHT }));
  return (
    <Figure
      title="Your ratings"
      summary={`0: ${low.toLowerCase()}. 10: ${high.toLowerCase()}.`}
      table={
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
      }
    >
      <Scale top={10} unit="" />
      <polyline class="curve" points={xy.map(({ x, y }) => `${x},${y}`).join(" ")} />
      {xy.map(({ x, y }) => (
        <circle key={x} class="curve-point" cx={x} cy={y} r={4} />
      ))}
      <text class="chart-word" x={0} y={HEIGHT + 16}>
        {points[0] ? day(points[0].date) : ""}
      </text>
      {points.length > 1 && (
        <text class="chart-word" x={WIDTH} y={HEIGHT + 16} text-anchor="end">
          {day(points.at(-1)?.date ?? "")}
        </text>
      )}
    </Figure>
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

