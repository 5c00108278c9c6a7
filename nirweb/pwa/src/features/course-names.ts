import { aimName } from "./aims";
import { placeNames } from "./places";

interface Course {
  aim: string;
  sites: readonly string[];
  local_time: string;
}
const byAim = (course: Course): string => aimName(course.aim);
const byPlace = (course: Course): string => `${byAim(course)}: ${placeNames(course.sites)}`;
const byTime = (course: Course): string => `${byPlace(course)}, ${course.local_time}`;

/** Courses that run already for this aim on one of these places: planned again, both would be due, and both count. */
export function sameCourses<C extends Course & { ended_on: string | null }>(aim: string, sites: readonly string[], courses: readonly C[]): C[] {
  return courses.filter((other) => other.ended_on === null && other.aim === aim && other.sites.some((site) => sites.includes(site)));
}

/** Names for a choice: the aim, and as much more as tells courses of the same aim apart; those alike in all of it are counted. */
export function courseNames(courses: readonly Course[]): string[] {
  const names = courses.map((course) => {
    const alone = [byAim, byPlace].find((say) => courses.filter((other) => say(other) === say(course)).length === 1);
    return (alone ?? byTime)(course);
  });
  return names.map((name, index) => {
    const alike = names.filter((other) => other === name).length;
    return alike === 1 ? name : `${name} (${names.slice(0, index + 1).filter((other) => other === name).length} of ${alike})`;
  });
}
