/** Carrying what lies on this phone to another address, or another phone, as text (docs/home-network.md, H41-H44). */

import { MERGED } from "../store/entities";
import { latest } from "../store/stamps";
import type { Op, PutOff, RefusedOp, Stored } from "../store/stored";
import type { Store, Work } from "../store/store";
import { addPutOff } from "./put-off";
import { inOrder, lacks, offerOf } from "./rebuild";

export const CARRIED = "carried entries";
const VERSION = 2;

export interface Carried {
  nirweb: typeof CARRIED;
  version: typeof VERSION;
  user: string;
  /** The origin that it was taken out of. */
  from: string;
  saved_at: string;
  waiting: Op[];
  refused: RefusedOp[];
  /** Reminders that the server was not told of yet. */
  put_off: PutOff[];
  /** As the server said them to that phone; a server restored from an older backup may lack some. */
  rows: Stored[];
}

/** Why a text cannot be taken in. */
export class NotCarried extends Error {
  constructor(readonly reason: "unreadable" | "newer" | "another_person") {
    super(`not carried: ${reason}`);
    this.name = "NotCarried";
  }
}

export function takenOut(store: Store, from: string, withRows: boolean): string {
  const carried: Carried = {
    nirweb: CARRIED,
    version: VERSION,
    user: store.user,
    from,
    saved_at: new Date(store.now()).toISOString(),
    waiting: store.outbox.filter((op) => op.kind !== "void"),
    refused: [...store.refused],
    put_off: store.state.putOff ?? [],
    rows: withRows ? [...store.base.all()] : [],
  };
  return JSON.stringify(carried);
}

/** What a text carries. Throws NotCarried; whether each entry is good is for the server to say. */
export function readCarried(text: string): Carried {
  let found: (Partial<Omit<Carried, "version">> & { version?: number }) | null;
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    throw new NotCarried("unreadable");
  }
  if (found?.nirweb !== CARRIED || typeof found.user !== "string" || typeof found.from !== "string") throw new NotCarried("unreadable");
  if (found.version !== VERSION) throw new NotCarried("newer");
  const { waiting, refused, put_off, rows } = found;
  const whole =
    isList(waiting, isOp) && isList(refused, (one: RefusedOp) => isOp(one.op)) && isList(put_off, isPutOff) && isList(rows, isRow);
  if (!whole) throw new NotCarried("unreadable");
  return found as Carried;
}

/**
 * Puts what is carried into the outbox, in its order, each with its id and its stamp, so that taken in twice it is one entry [H44].
 * Resolves, once it is durable, with how many there were that this phone did not have. Rejects with `NotCarried` or `NotSaved`.
 */
export async function takeIn(store: Store, carried: Carried): Promise<number> {
  if (carried.user !== store.user) throw new NotCarried("another_person");
  let count = 0;
  await store.keep(async (work) => {
    const here = new Set([...(await work.tx.objectStore("outbox").getAll()), ...store.refused.map((one) => one.op)].map(keyOfOp));
    const ops = [...carried.refused.map((one) => one.op), ...carried.waiting].filter((op) => !here.has(keyOfOp(op)) && !isDone(store, op));
    for (const op of ops) await put(work, op);
    const missing = carried.rows.filter((row) => lacks(store.base.get(row.entity, row.id), row));
    for (const row of inOrder(missing)) await work.enqueue(offerOf(row));
    const put_off = carried.put_off.filter((one) => addPutOff(work.state, one));
    count = ops.length + missing.length + put_off.length;
    return undefined;
  });
  return count;
}

async function put({ tx, state }: Work, op: Op): Promise<void> {
  state.stamp = latest([state.stamp, op.hlc]);
  await tx.objectStore("outbox").put({ ...op, n: state.nextN++, restamped: 0 });
}

/** The server has it: the old app, or this one, sent it meanwhile. */
function isDone(store: Store, op: Op): boolean {
  if (op.kind === "void") return true;
  const stored = store.base.get(op.entity, op.id);
  if (!stored || op.kind === "offer") return false;
  if (op.kind === "delete" || stored.deleted) return op.kind === "delete" && stored.deleted;
  return !MERGED.has(op.entity) || Object.keys(op.body ?? {}).every((field) => (stored.clocks[field] ?? "") >= op.hlc);
}

const keyOfOp = (op: Op): string => `${op.entity} ${op.id} ${op.hlc} ${op.kind}`;

const isList = <T>(value: T[] | undefined, one: (each: T) => boolean): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === "object" && each !== null && one(each));

const isOp = (op: Op | undefined): boolean =>
  typeof op?.entity === "string" && typeof op.id === "string" && typeof op.hlc === "string" && ["put", "delete", "offer", "void"].includes(op.kind);

const isPutOff = (one: Partial<Record<keyof PutOff, unknown>>): boolean =>
  typeof one.regimen_id === "string" && typeof one.day === "string" && typeof one.minutes === "number" && typeof one.asked_at === "string";

const isRow = (row: Partial<Record<keyof Stored, unknown>>): boolean =>
  typeof row.entity === "string" && typeof row.id === "string" && typeof row.clocks === "object" && row.clocks !== null;
