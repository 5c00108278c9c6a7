import { expect, test } from "vitest";
import { amount, addDays, clockTime, dayList, dayOf, duration, fluence, fluenceAtMost, hourOf, localDate, longDayOf, roomLeft, timeOf, untilWords, weekday, whenWithYear } from "./words";

test("it counts down in whole seconds and never below nothing", () => {
  expect(clockTime(600)).toBe("10:00");
  expect(clockTime(59.2)).toBe("1:00");
  expect(clockTime(4.01)).toBe("0:05");
  expect(clockTime(-3)).toBe("0:00");
});

test("it says durations and doses plainly", () => {
  expect(duration(42)).toBe("42 s");
  expect(duration(90)).toBe("1 min 30 s");
  expect(duration(600)).toBe("10 min");
  expect(duration(612)).toBe("10 min");
  expect(fluence(8.44)).toBe("8.4 J/cm²");
  expect(fluence(0.125)).toBe("0.13 J/cm²");
  expect(fluence(0)).toBe("0 J/cm²");
  expect(duration(0)).toBe("0 s");
});

test("D1 it never calls nothing what was something", () => {
  expect(fluence(0.0049)).toBe("under 0.01 J/cm²");
  expect(fluenceAtMost(0.0049)).toBe("up to 0.01 J/cm²");
  expect(fluenceAtMost(8.44)).toBe("up to 8.4 J/cm²");
  expect(fluenceAtMost(0)).toBe("up to 0 J/cm²");
  expect(amount(0.04)).toBe("0.04");
  expect(duration(0.3)).toBe("under 1 s");
});

test("it says the year where it is another", () => {
  const at = new Date("2025-12-31T23:30:00Z");
  expect(whenWithYear(at, new Date("2026-11-22T12:00:00Z"), "UTC")).toBe("Wed 31 Dec 2025, 23:30");
  expect(whenWithYear(at, new Date("2026-11-22T12:00:00Z"), "Europe/Berlin")).toBe("Thu 1 Jan, 00:30");
});

test("it names days from Monday", () => {
  expect(dayList([4, 0, 2])).toBe("Mon, Wed and Fri");
  expect(dayList([0, 1, 2, 3, 4, 5, 6])).toBe("every day");
  expect(weekday("2026-11-22")).toBe(6);
  expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
});

test("it tells a day by the person's zone, not the phone's", () => {
  const at = new Date("2026-11-22T23:30:00Z");
  expect(localDate(at, "Europe/Berlin")).toBe("2026-11-23");
  expect(localDate(at, "America/New_York")).toBe("2026-11-22");
  const from = new Date("2026-11-22T09:00:00Z");
  expect(untilWords(new Date("2026-11-22T17:05:00Z"), from, "Europe/Berlin")).toBe("at 18:05");
  expect(untilWords(new Date("2026-11-23T06:30:00Z"), from, "Europe/Berlin")).toBe("tomorrow at 07:30");
  expect(untilWords(new Date("2026-11-29T17:05:00Z"), from, "Europe/Berlin")).toBe("on Sun 29 Nov at 18:05");
});

test("it says days and times as a calendar in English does", () => {
  const zone = "America/New_York";
  const parts = (options: Intl.DateTimeFormatOptions, at: Date): string => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(at);
  for (let day = 0; day < 370; day++) {
    const at = new Date(Date.UTC(2026, 0, 1, 7 * day, 13 * day));
    expect(longDayOf(at, zone)).toBe(parts({ weekday: "long", day: "numeric", month: "long" }, at).replace(",", ""));
    expect(timeOf(at, zone)).toBe(parts({ hour: "2-digit", minute: "2-digit" }, at));
    expect(hourOf(at, zone)).toBe(Number(timeOf(at, zone).slice(0, 2)));
  }
  expect(dayOf(new Date("2026-09-05T12:00:00Z"), "UTC")).toBe("Sat 5 Sep");
});

test("it says before a long text is cut off", () => {
  expect(roomLeft("x".repeat(1900), 2000)).toBeUndefined();
  expect(roomLeft("x".repeat(1999), 2000)).toBe("1 of 2000 characters left. What is longer is cut off.");
});
