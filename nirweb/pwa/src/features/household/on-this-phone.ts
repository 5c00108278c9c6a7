import { effect, signal } from "@preact/signals";
import { isGuest, me } from "../account/me";
import { ownName } from "../records";
import { ownMark } from "./people";

/** Somebody who has been signed in on this phone, so that the next time is one step. No word of what is theirs. */
export interface Known {
  id: string;
  name: string;
  colour: string;
  email: string;
}

const KEY = "nirweb.people";

function kept(): Known[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? (found as Known[]) : [];
  } catch {
    return [];
  }
}

export const known = signal<readonly Known[]>(kept());

function keep(people: readonly Known[]): void {
  known.value = people;
  try {
    localStorage.setItem(KEY, JSON.stringify(people));
  } catch {
    // no storage: the address is typed
  }
}

/** Of them nothing stays here but what is in their own records, which only they open. */
export const forgetPerson = (id: string): void => {
  keep(known.peek().filter((one) => one.id !== id));
};

/** Called once: remembers each who is signed in here. */
export function rememberPeople(): void {
  effect(() => {
    const now = me.value;
    if (!now?.email || isGuest.value) return;
    const { id, email } = now;
    const one = { id, email, name: ownName.value || email, colour: ownMark() };
    const others = known.peek().filter((person) => person.id !== id);
    keep([...others, one]);
  });
}
