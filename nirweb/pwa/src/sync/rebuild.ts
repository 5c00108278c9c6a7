/** Starting over: a new device id, everything read again, and what the server lacks given back [Y14, Y52-Y55]. */

import { HOUSE, MERGED } from "../store/entities";
import { storedOf, type WireRow } from "../store/effects";
import { latest, type Clocks } from "../store/stamps";
import { keyOf, type Draft, type Op, type Stored } from "../store/stored";
import { freshState, type Store, type Work } from "../store/store";
import { setClock, type Heard } from "./take";

/** A new device id; the outbox is numbered anew from 1 and keeps its order and its stamps. */
export async function renewDevice(store: Store): Promise<void> {
  await store.change("strict", async (work) => {
    await renumber(store, work, await work.tx.objectStore("outbox").getAll(), []);
    return undefined;
  });
}

/** Offers first: what waits may change what is offered. */
async function renumber(store: Store, work: Work, waiting: Op[], offers: Draft[]): Promise<void> {
  const { tx, state } = work;
  await tx.objectStore("outbox").clear();
  state.device = freshState(store.world.now()).device;
  state.nextN = 1;
  for (const offer of offers) await work.enqueue(offer);
  for (const op of waiting) if (op.kind !== "void") await tx.objectStore("outbox").put({ ...op, n: state.nextN++ });
}

/** Puts everything the server has in the place of what lies here. `offer`: and gives back what it lacks. */
export async function rebuild(store: Store, rows: WireRow[], heard: Heard, offer: boolean): Promise<void> {
  await store.change("strict", async (work) => {
    const { state } = work;
    setClock(state, heard);
    const served = new Map(rows.map((row) => [keyOf(row.entity, row.id), storedOf(row)]));
    const waiting = await work.tx.objectStore("outbox").getAll();
    const mine = offer ? inOrder([...store.base.all()].filter((row) => lacks(served.get(keyOf(row.entity, row.id)), row))) : [];
    await renumber(store, work, waiting.map((op) => whole(op, store, served)), mine.map(offerOf));
    state.cursor = heard.reply.cursor;
    state.epoch = heard.reply.epoch;
    state.lastSync = heard.serverNowMs;
    state.stamp = latest([state.stamp, ...rows.flatMap((row) => Object.values(row.clocks))]);
    for (const row of mine) served.set(keyOf(row.entity, row.id), withServed(row, served.get(keyOf(row.entity, row.id))));
    return [...served.values()];
  });
}

/** An edit of a row that is gone from the server becomes the whole row, so that it can be made again. */
function whole(op: Op, store: Store, served: ReadonlyMap<string, Stored>): Op {
  const there = served.get(keyOf(op.entity, op.id));
  if (op.kind !== "put" || !MERGED.has(op.entity) || (there && !there.deleted)) return op;
  const had = store.base.get(op.entity, op.id)?.body;
  return had ? { ...op, body: { ...had, ...op.body } } : op;
}

export function lacks(served: Stored | undefined, mine: Stored): boolean {
  if (HOUSE.has(mine.entity)) return false;
  if (mine.deleted) return !served?.deleted;
  if (!served) return mine.body !== null;
  return newer(mine.clocks, served.clocks);
}

const newer = (one: Clocks, other: Clocks): boolean => Object.entries(one).some(([field, at]) => at > (other[field] ?? ""));

export function offerOf({ entity, id, deleted, body, clocks }: Stored): Draft {
  return { kind: "offer", entity, id, body: deleted ? null : body, clocks };
}

/** What is shown until the server has taken the offer. */
function withServed(mine: Stored, served: Stored | undefined): Stored {
  if (served?.deleted) return served; // what is offered for it becomes a copy
  if (!served || mine.deleted || !mine.body) return mine;
  const later = Object.entries(mine.clocks).filter(([field, at]) => at > (served.clocks[field] ?? ""));
  const won = Object.fromEntries(later.map(([field]) => [field, mine.body?.[field]]));
  return { ...served, body: { ...served.body, ...won }, clocks: { ...served.clocks, ...Object.fromEntries(later) } };
}

/** Parents first: a correction names facts, a release names a check-in. */
export function inOrder(rows: Stored[]): Stored[] {
  const rank = (row: Stored): number => (row.entity === "correction" ? 2 : row.entity === "hold_release" ? 1 : 0);
  return rows.sort((one, two) => rank(one) - rank(two) || (one.id < two.id ? -1 : 1));
}
