import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/progress.json";
import { adherence, change, ratingsByDay, weeks, type Done } from "./progress";

interface Given {
  day: string;
  regimen_id: string | null;
  sites: string[];
  minutes: number;
  fluence_j_cm2: number | null;
  confirmed: boolean;
}

const doneOf = (given: readonly Given[]): Done[] =>
  given.map(({ day, regimen_id, sites, minutes, fluence_j_cm2, confirmed }) => ({
    date: day,
    regimenId: regimen_id,
    sites,
    minutes,
    fluenceJCm2: fluence_j_cm2,
    confirmed,
  }));

test.each(vectors.adherence)("it tells planned days from kept ones: $name", (given) => {
  const { id, days, started_on, ended_on } = given.course;
  const course = { id, days, startedOn: started_on, endedOn: ended_on };
  expect(adherence(course, doneOf(given.done), given.first, given.today)).toEqual({ planned: given.planned, kept: given.kept, extra: given.extra });
});

test.each(vectors.weeks)("it adds up the light of a week: $name", (given) => {
  const expected = given.weeks.map(({ monday, sessions, minutes, fluence_j_cm2, partly_unknown, confirmed }) => ({
    monday,
    sessions,
    minutes,
    fluenceJCm2: fluence_j_cm2,
    partlyUnknown: partly_unknown,
    confirmed,
  }));
  expect(weeks(doneOf(given.done), given.today, given.count, given.site)).toEqual(expected);
});

test.each(vectors.ratings)("it compares first ratings with last: $name", (given) => {
  const points = ratingsByDay(given.given.map(([date, value]) => ({ date: date as string, value: value as number })));
  expect(points.map((one) => [one.date, one.value])).toEqual(given.points);
  const compared = change(points);
  expect(compared && [compared.before, compared.after]).toEqual(given.change);
});
