import { describe, expect, it } from "vitest";
import type { Bodies, Row } from "../../store/entities";
import { empty } from "../checkin/draft";
import { agreementDays, holdPlace, holdsNow, isReleasable, releaseOfHold, wrongAgreementDay } from "./holds";

const row = <E extends "checkin" | "hold_release">(entity: E, id: string, body: Bodies[E]): Row<E> => ({ entity, id, body, state: "synced", copyOf: null, supersededBy: null });
const noted = new Date("2026-11-22T18:00:00Z");
const later = (hours: number): Date => new Date(noted.getTime() + hours * 3_600_000);
const swollen = row("checkin", "c", { ...empty(["face"], null), swelling: 2, at: noted.toISOString() });
const blistered = row("checkin", "d", { ...empty(["neck"], null), blister: true, at: noted.toISOString() });

describe("holds", () => {
  it("hold the place until the person releases it after the wait", () => {
    const [hold] = holdsNow([swollen], [], later(1));
    expect(hold && holdPlace(hold)).toBe("Face");
    expect(hold && isReleasable(hold, later(23))).toBe(false);
    expect(hold && isReleasable(hold, later(24))).toBe(true);
    if (!hold) throw new Error("no hold");
    const tooSoon = row("hold_release", "r", releaseOfHold(hold, later(2), null));
    expect(holdsNow([swollen], [tooSoon], later(30))).toHaveLength(1);
    const inTime = row("hold_release", "r", releaseOfHold(hold, later(25), null));
    expect(holdsNow([swollen], [inTime], later(25))).toHaveLength(0);
  });

  it("need a clinician's agreement with its date after a blister", () => {
    const [hold] = holdsNow([blistered], [], later(1));
    if (!hold) throw new Error("no hold");
    expect(isReleasable(hold, later(1000))).toBe(false);
    expect(holdsNow([blistered], [row("hold_release", "r", releaseOfHold(hold, later(48), null))], later(48))).toHaveLength(1);
    expect(holdsNow([blistered], [row("hold_release", "r", releaseOfHold(hold, later(48), "2026-11-24"))], later(48))).toHaveLength(0);
  });

  it("say which days a clinician's agreement may be of, by the person's own days", () => {
    const [hold] = holdsNow([blistered], [], later(1));
    if (!hold) throw new Error("no hold");
    const wrong = (day: string, at: Date, zone: string): string | null => wrongAgreementDay(day, hold, at, zone);
    expect(wrong("2026-11-22", later(48), "Europe/Berlin")).toBeNull();
    expect(wrong("2026-11-24", later(48), "Europe/Berlin")).toBeNull();
    expect(wrong("2026-11-21", later(48), "Europe/Berlin")).toBe("That day is before you noted it, on Sun 22 Nov. It can be from Sun 22 Nov to today, Tue 24 Nov.");
    expect(wrong("2026-11-25", later(48), "Europe/Berlin")).toBe("That day lies ahead. It can be from Sun 22 Nov to today, Tue 24 Nov.");
    expect(wrong("", later(1), "Europe/Berlin")).toBe("Enter the day on which a clinician saw it and agreed. It can only be today, Sun 22 Nov.");
    // late in the evening of UTC it is the next day already where the person is
    expect(agreementDays(hold, later(5), "Europe/Berlin")).toEqual({ first: "2026-11-22", last: "2026-11-23" });
    expect(wrong("2026-11-22", later(5), "Asia/Tokyo")).toBe("That day is before you noted it, on Mon 23 Nov. It can only be today, Mon 23 Nov.");
  });
});
