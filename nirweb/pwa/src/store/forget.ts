import { databaseName } from "./early";

/** Deletes what lies on this phone of one person. False where another tab still holds it open, or the phone would not. */
export function deleteRecords(user: string): Promise<boolean> {
  return new Promise((done) => {
    try {
      const asked = indexedDB.deleteDatabase(databaseName(user));
      asked.onsuccess = () => {
        done(true);
      };
      asked.onerror = asked.onblocked = () => {
        done(false);
      };
    } catch {
      done(false);
    }
  });
}
