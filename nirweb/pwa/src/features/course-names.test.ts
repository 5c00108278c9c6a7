import { expect, test } from "vitest";
import { aimName } from "./aims";
import { courseNames } from "./course-names";

const course = (aim: string, site: string, local_time = "20:00"): { aim: string; sites: string[]; local_time: string } => ({ aim, sites: [site], local_time });
const lines = aimName("fine_lines");

test("a course is called by its aim where no other has it", () => {
  expect(courseNames([course("fine_lines", "face"), course("blemishes", "face")])).toEqual([lines, aimName("blemishes")]);
});

test("courses of one aim are told apart by place, and those of one place by time", () => {
  const names = courseNames([course("fine_lines", "face"), course("fine_lines", "neck"), course("fine_lines", "neck", "07:30")]);
  expect(names).toEqual([`${lines}: Face`, `${lines}: Neck, 20:00`, `${lines}: Neck, 07:30`]);
});
