import type { Bodies } from "../../store/entities";
import { placeNames } from "../places";

export type CheckIn = Bodies["checkin"];
type Sign = "warmth" | "redness" | "swelling" | "headache";

export const signs: readonly { id: Sign; name: string }[] = [
  { id: "warmth", name: "Warmth" },
  { id: "redness", name: "Redness" },
  { id: "swelling", name: "Swelling" },
  { id: "headache", name: "Headache" },
];
export const degrees = ["none", "a little", "clearly", "strongly"] as const;

export const empty = (sites: readonly string[], sessionId: string | null): Omit<CheckIn, "at"> => ({
  session_id: sessionId,
  sites: [...sites],
  comfort: null,
  warmth: 0,
  redness: 0,
  swelling: 0,
  headache: 0,
  redness_lasting: false,
  blister: false,
  eye_trouble: false,
  note: "",
});

/** Of a session that came to this phone later than the form; with its places, but where the person began to say theirs. */
export const ofSession = <D extends Pick<CheckIn, "session_id" | "sites">>(draft: D, id: string, sites: readonly string[] | null): D => ({
  ...draft,
  session_id: id,
  sites: sites ? [...sites] : draft.sites,
});

/** What saving this will do, said before it is saved (docs/evidence.md, "Holds"). Empty where it does nothing. */
export function consequences(draft: Omit<CheckIn, "at">): string[] {
  const place = draft.sites.length > 0 ? placeNames(draft.sites) : "Every place";
  const said: string[] = [];
  if (draft.eye_trouble) said.push("Every start is held until a clinician has agreed. Have your eyes looked at.");
  if (draft.blister) said.push(`${place}: no start until a clinician has agreed. Show it to one.`);
  if (draft.redness_lasting) said.push(`${place}: no start for 48 hours, and then only when you say that it has gone.`);
  else if (draft.swelling > 0 || draft.headache > 0) said.push(`${place}: no start for 24 hours, and then only when you say that it has gone.`);
  return said;
}

/** "redness a little, a blister": what was noted, for the log. */
export function noted(body: CheckIn): string {
  const words = signs.filter(({ id }) => body[id] > 0).map(({ id, name }) => `${name.toLowerCase()} ${degrees[body[id]]}`);
  if (body.redness_lasting) words.push("redness that lasted");
  if (body.blister) words.push("a blister");
  if (body.eye_trouble) words.push("trouble with the eyes");
  return words.length === 0 ? "Nothing to note" : words.join(", ");
}
