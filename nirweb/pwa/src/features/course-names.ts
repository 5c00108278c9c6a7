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

/** Names for a choice: the aim, and as much more as tells courses of the same aim apart. */
export function courseNames(courses: readonly Course[]): string[] {
  return courses.map((course) => {
    const alone = [byAim, byPlace].find((say) => courses.filter((other) => say(other) === say(course)).length === 1);
    return (alone ?? byTime)(course);
  });
}
