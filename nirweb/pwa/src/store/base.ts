/** The rows as the server said them last, in memory, and how they lie in the database [Y63]. */

import type { Change, Reading } from "./database";
import type { Id } from "./entities";
import { keyOf, type Chunk, type Stored } from "./stored";

const CHUNK = 500;
/** From here on a batch of rows is written as a chunk, not one by one. */
const BULK = 60;
/** So many loose rows, or chunks so much larger than what is alive, are folded into new chunks. */
const FOLD_LOOSE = 600;
const FOLD_WASTE = 3;

/** What changes in the base by one transaction. */
export interface Difference {
  set: Stored[];
  drop: { entity: string; id: Id }[];
}

export class Base {
  private readonly rooms = new Map<string, Map<Id, Stored>>();

  room(entity: string): Map<Id, Stored> {
    const room = this.rooms.get(entity) ?? new Map<Id, Stored>();
    this.rooms.set(entity, room);
    return room;
  }

  get(entity: string, id: Id): Stored | undefined {
    return this.rooms.get(entity)?.get(id);
  }

  *all(): Generator<Stored> {
    for (const room of this.rooms.values()) yield* room.values();
  }

  clear(): void {
    this.rooms.clear();
  }

  apply({ set, drop }: Difference): Set<string> {
    for (const one of drop) this.rooms.get(one.entity)?.delete(one.id);
    for (const one of set) this.room(one.entity).set(one.id, one);
    return new Set([...set, ...drop].map((one) => one.entity));
  }
}

const rowsOf = (chunk: Chunk): Stored[] => (typeof chunk === "string" ? (JSON.parse(chunk) as Stored[]) : chunk);

/** In chunks. */
function* inChunks(rows: readonly Stored[]): Generator<Chunk> {
  for (let at = 0; at < rows.length; at += CHUNK) yield JSON.stringify(rows.slice(at, at + CHUNK));
}

/** Every row, deleted ones too, of what lies in the two rooms. */
export function rowsIn(chunks: readonly Chunk[], loose: readonly Stored[]): Stored[] {
  const rows = new Base();
  rows.apply({ set: [...chunks.flatMap(rowsOf), ...loose], drop: [] });
  return [...rows.all()].filter((row) => row.scope !== "");
}

export const readBase = async (tx: Reading | Change): Promise<Stored[]> =>
  rowsIn(...(await Promise.all([tx.objectStore("chunks").getAll(), tx.objectStore("loose").getAll()])));

/** Writes a difference within a transaction. A dropped row is written as nothing: an empty tombstone that is folded away. */
export async function writeDifference(tx: Change, { set, drop }: Difference): Promise<void> {
  const loose = tx.objectStore("loose");
  const gone = drop.map((one): Stored => ({ ...NOTHING, entity: one.entity as Stored["entity"], id: one.id }));
  const rows = [...set, ...gone];
  if (rows.length < BULK) {
    await Promise.all(rows.map((row) => loose.put(row, keyOf(row.entity, row.id))));
    return;
  }
  const there = new Set(await loose.getAllKeys());
  const writes: Promise<unknown>[] = rows
    .map((row) => keyOf(row.entity, row.id))
    .filter((key) => there.has(key))
    .map((key) => loose.delete(key));
  for (const chunk of inChunks(rows)) writes.push(tx.objectStore("chunks").add(chunk));
  await Promise.all(writes);
}

/** Writes all rows anew, in chunks. */
export async function rewrite(tx: Change, rows: Stored[]): Promise<void> {
  const [chunks, loose] = [tx.objectStore("chunks"), tx.objectStore("loose")];
  const writes: Promise<unknown>[] = [chunks.clear(), loose.clear()];
  for (const chunk of inChunks(rows)) writes.push(chunks.add(chunk));
  await Promise.all(writes);
}

/** Folds loose rows and outdated ones into new chunks, when it is worth it. `alive`: how many rows there are. */
export async function fold(tx: Change, alive: number): Promise<void> {
  const [loose, chunks] = await Promise.all([tx.objectStore("loose").count(), tx.objectStore("chunks").count()]);
  if (loose < FOLD_LOOSE && chunks <= FOLD_WASTE * Math.ceil(alive / CHUNK + 1)) return;
  await rewrite(tx, await readBase(tx));
}

const NOTHING: Omit<Stored, "entity" | "id"> = { scope: "", deleted: true, body: null, clocks: {}, copyOf: null, supersededBy: null };
