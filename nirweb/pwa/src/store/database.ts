/** One database per person [Y64]. Rows lie in chunks, and beside them what changed since [Y63]. */

import { openDB, wrap, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import { VERSION } from "./early";
import { UnderWay } from "./frozen";
import type { Chunk, Op, RefusedOp, State, Stored } from "./stored";

interface Schema extends DBSchema {
  state: { key: "state"; value: State };
  outbox: { key: number; value: Op };
  refused: { key: number; value: RefusedOp };
  /** A later chunk counts before an earlier one, and `loose` before all. */
  chunks: { key: number; value: Chunk };
  loose: { key: string; value: Stored };
}

export type Database = IDBPDatabase<Schema>;
export type Room = StoreNames<Schema>;
export type Change = IDBPTransaction<Schema, Room[], "readwrite">;
export type Reading = IDBPTransaction<Schema, Room[]>;

/** One that is open already [Y69]. */
export function adopt(db: IDBDatabase, onGone: () => void): Database {
  db.onclose = onGone;
  db.onversionchange = () => {
    db.close();
    onGone();
  };
  return wrap(db) as unknown as Database;
}

export function openDatabase(name: string, onGone: () => void, underWay = new UnderWay()): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db, before, _after, tx) {
      underWay.begun(tx);
      if (before > 0) return;
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
