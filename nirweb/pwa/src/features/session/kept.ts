import { signal } from "@preact/signals";
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";
import { UnderWay, whenFrozen } from "../../store/frozen";
import type { CheckBody } from "../line/messages";

/**
 * The session that a person started on this phone, kept in IndexedDB before anything is asked of the server, so that after a reload, a locked
 * screen or a lost network it can still be stopped.
 */
export interface KeptRun {
  person_id: string;
  plan: CheckBody;
  panel_name: string;
  run_no: number;
  /** Seconds of light wanted in this session, all runs together. */
  planned_s: number;
  asked_at: number;
  command_id: string | null;
  stop_token: string | null;
  /** `failed`: the server refused. `unsure`: no answer came; a start that old is never acted on after 10 s. */
  start: "asking" | "taken" | "refused" | "unsure";
  refusal: string;
  /** Nobody watches the panel's own end for us: it must be asked "still here?". */
  attended: boolean;
  stop: StopState | null;
  paused: boolean;
  /** The panel was seen at work in this run, so that its "ended" is of this run and not of the one before. */
  seen: boolean;
}
export interface StopState {
  at: number;
  /** `sending`: not yet at the server. `kept`: there, but no bridge hears it. Tried again until the panel is off. */
  state: "sending" | "kept" | "sent";
}

export const run = signal<KeptRun | null>(null);

interface Shape extends DBSchema {
  run: { key: string; value: KeptRun };
}
let database: Promise<IDBPDatabase<Shape>> | null = null;

/** Says that there is something to look for, so that a start without opens no second database before it shows anything. */
const markOf = (personId: string): string => `nirweb.run.${personId}`;

function mark(personId: string): void {
  try {
    localStorage.setItem(markOf(personId), "kept");
  } catch {
    // then a start looks each time, or once its screen is shown
  }
}

function unmark(personId: string): void {
  if (run.peek()?.person_id === personId) return; // another one began meanwhile
  try {
    localStorage.removeItem(markOf(personId));
  } catch {
    // then a start looks in vain
  }
}

/** False: nothing is kept for this person, as far as is known without looking. */
export function mayBeKept(personId: string): boolean {
  try {
    return localStorage.getItem(markOf(personId)) !== null;
  } catch {
    return true;
  }
}
const underWay = new UnderWay();

function open(): Promise<IDBPDatabase<Shape>> {
  database ??= openDB<Shape>("nirweb-run", 1, {
    upgrade(db, _before, _after, tx) {
      underWay.begun(tx);
      db.createObjectStore("run");
    },
  });
  return database;
}

async function begin<M extends "readonly" | "readwrite">(mode: M): Promise<IDBPTransaction<Shape, ["run"], M>> {
  const db = await open();
  return underWay.begun(db.transaction("run", mode, { durability: "strict" }));
}

/** A page that the browser keeps frozen holds up no other page; what it was keeping is kept once it is shown again [Y73]. */
export function keepThroughSleep(): void {
  whenFrozen(
    () => {
      underWay.end();
      void database?.then((db) => { db.close(); }, () => undefined);
      database = null;
    },
    () => {
      const kept = run.peek();
      if (kept) void keep(kept);
    },
  );
}

/** Resolves once it is on the phone; where it cannot be kept the run goes on without, and only a reload loses the token. */
export async function keep(value: KeptRun): Promise<void> {
  run.value = value;
  mark(value.person_id);
  try {
    const work = await begin("readwrite");
    await work.store.put(value, value.person_id);
    await work.done;
  } catch {
    database = null;
  }
}

export const change = (part: Partial<KeptRun>): Promise<void> => {
  const old = run.peek();
  return old ? keep({ ...old, ...part }) : Promise.resolve();
};

export async function forget(): Promise<void> {
  const person = run.peek()?.person_id;
  run.value = null;
  try {
    if (!person) return;
    const work = await begin("readwrite");
    await work.store.delete(person);
    await work.done;
    unmark(person);
  } catch {
    database = null;
  }
}

/** After a reload, or when somebody else takes the phone: what was running for this person when the page went away. */
export async function recall(personId: string): Promise<KeptRun | null> {
  if (run.peek()?.person_id !== personId) run.value = null;
  try {
    const found = await (await begin("readonly")).store.get(personId);
    if (!found) return null;
    mark(personId);
    // the page that asked is gone, and with it the answer
    run.value ??= found.start === "asking" ? { ...found, start: "unsure" } : found;
    return found;
  } catch {
    return null;
  }
}

/** So long after its planned end a session is still gone back to by itself; later it is in the log. */
const AFTER_MS = 10 * 60_000;

export const stillGoes = (kept: Pick<KeptRun, "asked_at" | "planned_s" | "paused">, now: number): boolean =>
  kept.paused || now - kept.asked_at < kept.planned_s * 1000 + AFTER_MS;
