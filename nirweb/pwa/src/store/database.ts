/** One database per person [Y64]. Rows lie in chunks, and beside them what changed since [Y63]. */

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import type { Op, RefusedOp, State, Stored } from "./stored";

interface Schema extends DBSchema {
  state: { key: "state"; value: State };
  outbox: { key: number; value: Op };
  refused: { key: number; value: RefusedOp };
  /** A later chunk counts before an earlier one, and `loose` before all. */
  chunks: { key: number; value: Stored[] };
  loose: { key: string; value: Stored };
}

export type Database = IDBPDatabase<Schema>;
export type Room = StoreNames<Schema>;
export type Change = IDBPTransaction<Schema, Room[], "readwrite">;

export const ROOMS: Room[] = ["state", "outbox", "refused", "chunks", "loose"];
const VERSION = 1;

export const databaseName = (user: string): string => `nirweb-${user}`;

export function openDatabase(name: string, onGone: () => void): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db) {
      db.createObjectStore("state");
      db.createObjectStore("outbox", { keyPath: "n" });
      db.createObjectStore("refused", { keyPath: "no" });
      db.createObjectStore("chunks", { autoIncrement: true });
      db.createObjectStore("loose");
    },
    blocking(_current, _wanted, event) {
      // a newer app in another tab needs the database: what was saved is saved
      (event.target as IDBDatabase).close();
      onGone();
    },
    terminated: onGone,
  });
}
