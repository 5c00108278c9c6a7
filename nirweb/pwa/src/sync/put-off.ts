/** Reminders that were put off without a network wait beside the outbox, and are told after it (docs/reminders.md, R9). */

import type { PutOff, State } from "../store/stored";
import type { Store } from "../store/store";
import type { Line } from "./line";

/** What will be answered otherwise another time: not signed in, too many at once. */
const NOT_NOW: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

const isSame = (one: PutOff, other: PutOff): boolean => one.regimen_id === other.regimen_id && one.day === other.day;

/** The latest word about an occurrence counts. False: it, or a later one, was there already. */
export function addPutOff(state: State, one: PutOff): boolean {
  const there = state.putOff ?? [];
  if (there.some((other) => isSame(other, one) && other.asked_at >= one.asked_at)) return false;
  state.putOff = [...there.filter((other) => !isSame(other, one)), one];
  return true;
}

/** Durable when it resolves. */
export async function keepPutOff(store: Store, one: PutOff): Promise<void> {
  await store.keep(({ state }) => {
    addPutOff(state, one);
    return Promise.resolve(undefined);
  });
}

/** False: some are left, and it has to be tried again. One that is over, or of a course that is gone, is let go. */
export async function tellPutOff(store: Store, line: Line): Promise<boolean> {
  for (const one of store.state.putOff ?? []) {
    const status = await line.tell("/api/reminders/snooze", one);
    if (status === null || NOT_NOW.has(status) || status >= 500) return false;
    await store.change("relaxed", ({ state }) => {
      state.putOff = (state.putOff ?? []).filter(({ asked_at }) => asked_at !== one.asked_at);
      return Promise.resolve(undefined);
    });
  }
  return true;
}
