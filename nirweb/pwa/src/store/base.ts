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

/** Rows of one entity, as they lie or read. */
type Part = string | readonly Stored[];
const NONE: readonly Part[] = [];

/** What changes in the base by one transaction. */
export interface Difference {
  set: Stored[];
  drop: { entity: string; id: Id }[];
}

export class Base {
  private readonly rooms = new Map<string, Map<Id, Stored>>();
  /** What was found but not asked for yet; of two of one id the later counts. */
  private readonly unread = new Map<string, Part[]>();

  room(entity: string): Map<Id, Stored> {
    const room = this.rooms.get(entity) ?? new Map<Id, Stored>();
    this.rooms.set(entity, room);
    const parts = this.unread.get(entity) ?? NONE;
    this.unread.delete(entity);
    for (const part of parts) {
      for (const row of rowsOf(part)) {
        if (row.scope === "") room.delete(row.id);
        else room.set(row.id, row);
      }
    }
    return room;
  }

  get(entity: string, id: Id): Stored | undefined {
    return this.room(entity).get(id);
  }

  *all(): Generator<Stored> {
    for (const entity of [...this.unread.keys()]) this.room(entity);
    for (const room of this.rooms.values()) yield* room.values();
  }

  clear(): void {
    this.rooms.clear();
    this.unread.clear();
  }

  /** With what lies in the two rooms. An entity's rows are read when they are first asked for: a screen shows few of them [Y63]. */
  fill(chunks: readonly Chunk[], loose: readonly Stored[]): void {
    this.clear();
    for (const chunk of [...chunks, [...loose]]) {
      for (const [entity, part] of partsOf(chunk)) {
        const parts = this.unread.get(entity);
        if (parts) parts.push(part);
        else this.unread.set(entity, [part]);
      }
    }
  }

  apply({ set, drop }: Difference): Set<string> {
    for (const one of drop) this.room(one.entity).delete(one.id);
    for (const one of set) this.room(one.entity).set(one.id, one);
    return new Set([...set, ...drop].map((one) => one.entity));
  }
}

const rowsOf = (part: Part): readonly Stored[] => (typeof part === "string" ? (JSON.parse(part) as Stored[]) : part);

function byEntity(rows: readonly Stored[]): Map<string, Stored[]> {
  const parts = new Map<string, Stored[]>();
  for (const row of rows) {
    const part = parts.get(row.entity);
    if (part) part.push(row);
    else parts.set(row.entity, [row]);
  }
  return parts;
}

const partsOf = (chunk: Chunk): Iterable<[string, Part]> =>
  typeof chunk === "string" || Array.isArray(chunk) ? byEntity(rowsOf(chunk)) : Object.entries(chunk);

/** In chunks. */
function* inChunks(rows: readonly Stored[]): Generator<Chunk> {
  for (let at = 0; at < rows.length; at += CHUNK) {
    const parts = byEntity(rows.slice(at, at + CHUNK));
    yield Object.fromEntries([...parts].map(([entity, part]) => [entity, JSON.stringify(part)]));
  }
}

/** Every row, deleted ones too, of what lies in the two rooms. */
function rowsIn(chunks: readonly Chunk[], loose: readonly Stored[]): Stored[] {
  const rows = new Base();
  rows.fill(chunks, loose);
  return [...rows.all()];
}

/** What lies in the two rooms. */
export const lying = (tx: Reading | Change): Promise<[Chunk[], Stored[]]> =>
  Promise.all([tx.objectStore("chunks").getAll(), tx.objectStore("loose").getAll()]);

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
  await rewrite(tx, rowsIn(...(await lying(tx))));
}

const NOTHING: Omit<Stored, "entity" | "id"> = { scope: "", deleted: true, body: null, clocks: {}, copyOf: null, supersededBy: null };
