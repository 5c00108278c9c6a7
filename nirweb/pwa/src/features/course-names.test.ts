import { expect, test } from "vitest";
import { aimName } from "./aims";
import { courseNames, sameCourses } from "./course-names";

const course = (aim: string, site: string, local_time = "20:00"): { aim: string; sites: string[]; local_time: string } => ({ aim, sites: [site], local_time });
const lines = aimName("fine_lines");

test("a course is called by its aim where no other has it", () => {
  expect(courseNames([course("fine_lines", "face"), course("blemishes", "face")])).toEqual([lines, aimName("blemishes")]);
});

test("courses of one aim are told apart by place, and those of one place by time", () => {
  const names = courseNames([course("fine_lines", "face"), course("fine_lines", "neck"), course("fine_lines", "neck", "07:30")]);
  expect(names).toEqual([`${lines}: Face`, `${lines}: Neck, 20:00`, `${lines}: Neck, 07:30`]);
});

test("courses that are alike in all of this are counted", () => {
  const names = courseNames([course("fine_lines", "neck"), course("fine_lines", "face"), course("fine_lines", "neck")]);
  expect(names).toEqual([`${lines}: Neck, 20:00 (1 of 2)`, `${lines}: Face`, `${lines}: Neck, 20:00 (2 of 2)`]);
});

test("D36 a course is the same as one that runs, for its aim and on one of its places", () => {
  const running = { ...course("fine_lines", "face"), ended_on: null };
  const ended = { ...running, ended_on: "2026-11-01" };
  expect(sameCourses("fine_lines", ["neck", "face"], [running, ended])).toEqual([running]);
  expect(sameCourses("fine_lines", ["neck"], [running])).toEqual([]);
  expect(sameCourses("blemishes", ["face"], [running])).toEqual([]);
});
