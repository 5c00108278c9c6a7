/**
 * The database of whoever uses this phone, opened and read while the code that needs it is still on its way [Y69]. It makes and changes
 * nothing: where there is no database yet, or one of another version, nothing comes of it, and it is opened as ever.
 */

import type { World } from "./world";

/** 2: chunks are text; 3: by entity. Those of before are read as they are. */
export const VERSION = 3;
export const ROOMS = ["state", "outbox", "refused", "chunks", "loose"] as const;

export const databaseName = (user: string): string => `nirweb-${user}`;

export interface Early {
  db: IDBDatabase;
  /** What lay there, in the order of `ROOMS`. */
  rooms: Promise<unknown[][]>;
  /** Aborted when the page was frozen: then it was let go of [Y73]. */
  left: AbortSignal;
}

let begun: { name: string; found: Promise<Early | null> } | null = null;

/** Resolves once the database is open, with null where it cannot be. */
export function readEarly(name: string, frozen: World["frozen"]): Promise<Early | null> {
  const leaving = new AbortController();
  const left = leaving.signal;
  frozen(() => {
    leaving.abort();
  }, () => undefined);
  const found = open(name, left).then(
    (db) => {
      const rooms = read(db, left);
      rooms.catch(() => undefined); // told to who takes it
      return { db, rooms, left };
    },
    () => null,
  );
  begun = { name, found };
  return found;
}

/** Once, and only by who asks for the very database that was opened. */
export async function takeEarly(name: string): Promise<Early | null> {
  const [one] = [begun, (begun = null)];
  const early = (await one?.found) ?? null;
  if (one?.name === name && !early?.left.aborted) return early;
  early?.db.close();
  return null;
}

function open(name: string, left: AbortSignal): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = () => {
      reject(new Error("not there"));
    };
    request.onsuccess = () => {
      const db = request.result;
      left.addEventListener("abort", () => {
        db.close();
      });
      db.onversionchange = () => {
        db.close(); // a newer app in another tab needs it
      };
      if (!left.aborted) {
        resolve(db);
        return;
      }
      db.close();
      reject(new Error("left"));
    };
  });
}

function read(db: IDBDatabase, left: AbortSignal): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    const tx = db.transaction([...ROOMS], "readonly");
    let over = false;
    left.addEventListener("abort", () => {
      if (!over) tx.abort();
    });
    const asked = ROOMS.map((room) => tx.objectStore(room).getAll() as IDBRequest<unknown[]>);
    // they are answered in the order in which they were asked, and that the reading is over is one message more to wait for
    asked.at(-1)?.addEventListener("success", () => {
      resolve(asked.map((one) => one.result));
    });
    tx.oncomplete = () => {
      over = true;
    };
    tx.onabort = () => {
      over = true;
      reject(new Error("not read"));
    };
  });
}
