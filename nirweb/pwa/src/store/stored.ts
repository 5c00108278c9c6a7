/** What lies in the database. */

import type { Entity, Id } from "./entities";
import type { Clocks } from "./stamps";

export type Body = Record<string, unknown>;

/** A row as the server said it last [Y4]. */
export interface Stored {
  scope: Id;
  entity: Entity;
  id: Id;
  deleted: boolean;
  /** Of a deleted row null, but while an edit of it waits here. */
  body: Body | null;
  clocks: Clocks;
  copyOf: Id | null;
  supersededBy: Id | null;
}

/**
 * Many rows together, as JSON by entity: a phone reads that several times faster than as many objects, and need not read what is not asked
 * for. Those of version 2 are one JSON of all, those of version 1 the rows themselves.
 */
export type Chunk = Record<string, string> | string | Stored[];

/** One write, as it waits and as it travels [Y3]. */
export interface Op {
  n: number;
  kind: "put" | "delete" | "offer" | "void";
  entity: Entity;
  id: Id;
  hlc: string;
  body?: Body | null;
  seen?: Clocks;
  clocks?: Clocks;
  /** How often it was stamped anew because the clock was wrong. Does not travel. */
  restamped?: number;
}

/** A write before it has a number and a stamp. */
export type Draft = Omit<Op, "n" | "hlc">;

export interface RefusedOp {
  /** Its key here; op numbers begin anew with a new device id. */
  no: number;
  op: Op;
  code: string;
  message: string;
  errors: { field: string; message: string }[];
  at: number;
}

/** A reminder that is to come again later, said while the server was out of reach (docs/reminders.md, R9). */
export interface PutOff {
  regimen_id: Id;
  /** The local date of the occurrence. */
  day: string;
  minutes: 10 | 60;
  asked_at: string;
}

export interface State {
  device: Id;
  nextN: number;
  cursor: string | null;
  epoch: string | null;
  /** The latest stamp made or seen. */
  stamp: string;
  /** Server's clock minus this phone's, milliseconds. */
  offsetMs: number;
  /** Milliseconds since 1970 on the server's clock. */
  lastSync: number | null;
  /** Counts every change, so that another tab sees that it is behind. */
  revision: number;
  nextRefused: number;
  /** Left out until there is one. */
  putOff?: PutOff[];
}

export const keyOf = (entity: string, id: Id): string => `${entity} ${id}`;
