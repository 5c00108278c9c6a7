/** What waits on this phone, sent with no page open, by the very loop of the page and under its lock [Y68, Y72]. */

import { databaseName } from "../store/early";
import { Store } from "../store/store";
import { here, type World } from "../store/world";
import { Loop, lockOf } from "./loop";
import { countWaiting } from "./waiting";

const PATIENCE_MS = 15_000;
/** Another time brings nothing better: it is for the person, in the open app. */
const FOR_THE_PERSON: ReadonlySet<unknown> = new Set(["signed_out", "app_too_old", "server_too_old", "phone_full"]);

/** A worker is woken, has no reasons of its own, shows nothing, and is never kept frozen. */
const worker: World = { ...here, shown: (then) => { then(); }, reasons: () => () => undefined, frozen: () => () => undefined };

/** False: something is left that may be taken another time. */
export async function sendWaiting(world: World = worker): Promise<boolean> {
  const user = await whoIsSignedIn(world);
  if (user === undefined) return false;
  if (user === null || !(await hasDatabase(user))) return true;
  const store = await Store.open(user, databaseName(user), world);
  const loop = new Loop(store, lockOf(databaseName(user)));
  try {
    if (countWaiting(store) > 0) await loop.now();
    return countWaiting(store) === 0 || FOR_THE_PERSON.has(loop.trouble.peek());
  } finally {
    loop.stop();
    store.close();
  }
}

/** Null: nobody; undefined: the server is out of reach. Several people may use this phone: only who is signed in is sent for [Y64]. */
async function whoIsSignedIn(world: World): Promise<string | null | undefined> {
  try {
    const reply = await world.fetch("/api/me", {
      credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (reply.status === 401) return null;
    if (!reply.ok) return undefined;
    return ((await reply.json()) as { id: string }).id;
  } catch {
    return undefined;
  }
}

const hasDatabase = async (user: string): Promise<boolean> =>
  (await indexedDB.databases()).some(({ name }) => name === databaseName(user));
