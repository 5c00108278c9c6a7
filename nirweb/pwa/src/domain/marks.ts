/** Which mark each person of a household is shown with (docs/household.md, M31). */

export const MARKS = ["amber", "rose", "plum", "sky", "moss", "sand"] as const;

export interface Marked {
  user_id: string;
  /** As chosen. */
  colour: string;
  /** RFC 3339. */
  since: string;
}

/** In the order of joining each gets what they chose while it is free, else the first that is; where none is, what they chose. */
export function marksOf(people: readonly Marked[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const given = new Map<string, string>();
  for (const one of inOrder(people)) {
    const mark = taken.has(one.colour) ? (MARKS.find((free) => !taken.has(free)) ?? one.colour) : one.colour;
    taken.add(mark);
    given.set(one.user_id, mark);
  }
  return given;
}

/** Who came first stands first; the same for every phone. */
export const inOrder = <P extends Marked>(people: readonly P[]): P[] =>
  [...people].sort((one, two) => Date.parse(one.since) - Date.parse(two.since) || (one.user_id < two.user_id ? -1 : 1));
