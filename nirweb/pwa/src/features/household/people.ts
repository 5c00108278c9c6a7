import { inOrder, marksOf } from "../../domain/marks";
import type { Id, Member, Row } from "../../store/entities";
import { me } from "../account/me";
import { ownColour, profile, rowsOf } from "../records";

/** A person of a household, as the others see them. */
export interface Someone {
  userId: Id;
  name: string;
  /** The mark that they are shown with. */
  colour: string;
  role: Member["role"];
  since: string;
  self: boolean;
}

/** Oneself as one chose to be here, though the others have not heard of it yet. */
function asIAm(one: Member): Member {
  const mine = one.user_id === me.value?.id ? profile.value : null;
  return mine ? { ...one, name: mine.display_name, colour: mine.colour } : one;
}

const membersOf = (householdId: Id): Member[] =>
  rowsOf("member")
    .map((row) => asIAm(row.body))
    .filter((one) => one.household_id === householdId);

/** Everybody in it, who came first stands first. Of the demo nobody is known. */
export function peopleOf(householdId: Id): readonly Someone[] {
  const members = membersOf(householdId);
  const marks = marksOf(members);
  return inOrder(members).map((one) => ({
    userId: one.user_id,
    name: one.name || "Somebody without a name",
    colour: marks.get(one.user_id) ?? one.colour,
    role: one.role,
    since: one.since,
    self: one.user_id === me.value?.id,
  }));
}

/** More than one person runs it: then every start asks "is this you?" [M50]. */
export const isShared = (panel: Row<"panel">): boolean => membersOf(panel.body.household_id).length > 1;

/** Whose session it is, by name and mark; "Somebody else" where that is not known. */
export function whoIs(userId: Id | null, panel: Row<"panel">): Pick<Someone, "name" | "colour"> {
  return peopleOf(panel.body.household_id).find((one) => one.userId === userId) ?? { name: "Somebody else", colour: "sand" };
}

/** The mark that this person is shown with on this panel, or in their first household. */
export function ownMark(householdId = me.value?.household?.id): string {
  const mine = householdId ? peopleOf(householdId).find((one) => one.self) : undefined;
  return mine?.colour ?? ownColour.value;
}

/** Whether this person owns the household, or any where none is named. */
export function isOwner(householdId?: Id): boolean {
  const mine = rowsOf("member").filter(({ body }) => body.user_id === me.value?.id && (!householdId || body.household_id === householdId));
  if (mine.length === 0) return me.value?.household?.role === "owner";
  return mine.some(({ body }) => body.role === "owner");
}

/** The households of this person, those they joined first standing first. */
export const myHouseholds = (): readonly { id: Id; name: string }[] =>
  rowsOf("member")
    .filter(({ body }) => body.user_id === me.value?.id)
    .sort((one, two) => Date.parse(one.body.since) - Date.parse(two.body.since))
    .map(({ body }) => ({ id: body.household_id, name: rowsOf("household").find((row) => row.id === body.household_id)?.body.name ?? "Home" }));
