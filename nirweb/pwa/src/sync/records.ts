/** What features and screens use of the store and of sync. `openStore` gives it; nothing else is needed. */

import type { ReadonlySignal } from "@preact/signals-core";
import type { Carried } from "./carry";
import type { PutOff } from "../store/stored";
import type { Bodies, Correctable, Entity, Id, Merged, Row, Written } from "../store/entities";

export interface FieldError {
  /** Path of the field in the body, empty for the whole. */
  field: string;
  message: string;
}

/** An op the server did not take. Kept until the person mends or discards it [Y41]. */
export interface Refused {
  opNo: number;
  entity: Entity;
  id: Id;
  kind: "put" | "delete" | "offer" | "void";
  body: Record<string, unknown> | null;
  code: string;
  message: string;
  errors: FieldError[];
  refusedAt: string;
}

export interface OutboxView {
  /** What is kept here and not yet answered by the server, put-off reminders too: "Not synced: N". */
  waiting: number;
  refused: readonly Refused[];
}

/** Why sync stands still though the server can be reached; null when it does not. */
export type Trouble = "signed_out" | "app_too_old" | "server_too_old" | "phone_full" | "server_error" | null;

export interface SignOutAdvice {
  /** True when nothing would be left behind unsent. */
  safe: boolean;
  waiting: number;
  refused: number;
}

export interface Records {
  readonly user: Id;
  /** Live rows: neither deleted nor superseded, by id, so in the order they were made. The same signal each time. */
  rows<E extends Entity>(entity: E): ReadonlySignal<readonly Row<E>[]>;
  /** All rows that are not deleted, superseded facts among them. */
  history<E extends Entity>(entity: E): ReadonlySignal<readonly Row<E>[]>;
  row<E extends Entity>(entity: E, id: Id): ReadonlySignal<Row<E> | undefined>;
  /**
   * Saves one record and resolves with its id only after it is durable on this phone [Y60]; sending comes by itself.
   * Of a merged row give the fields that change (all of them for a new one); of a fact the whole body, once.
   * Rejects with `NotSaved` when the phone could not keep it; then nothing may be told as saved.
   */
  write<E extends keyof Written>(entity: E, body: E extends keyof Merged ? Partial<Written[E]> : Written[E], options?: { id?: Id }): Promise<Id>;
  /** Deletes a regimen. Facts are not deleted but corrected. */
  remove(entity: "regimen", id: Id): Promise<void>;
  /** Supersedes a fact by another (`body`), or withdraws it (`null`) [Y34]. Resolves with the new fact's id, or null. */
  correct<E extends Correctable>(entity: E, id: Id, body: Bodies[E] | null, reason?: string): Promise<Id | null>;
  readonly outbox: ReadonlySignal<OutboxView>;
  /** What trying showed last [Y66]; true before the first try. */
  readonly online: ReadonlySignal<boolean>;
  readonly trouble: ReadonlySignal<Trouble>;
  /** When everything was last exchanged, on the server's clock; null before the first time. */
  readonly lastSync: ReadonlySignal<Date | null>;
  /** True while a round trip is under way. */
  readonly syncing: ReadonlySignal<boolean>;
  /** Milliseconds since 1970 by the server's clock, as well as this phone knows it. Use it for the times in bodies. */
  now(): number;
  /** Exchanges all there is, now. Never rejects; `online`, `trouble` and `lastSync` tell how it went. */
  syncNow(): Promise<void>;
  /** Sends a refused op anew with another body, under a new number [Y41]. */
  fixRefused(opNo: number, body: Record<string, unknown>): Promise<void>;
  /** Keeps a reminder that is put off until the server can be told [R9]. Rejects with `NotSaved`. */
  putOff(one: PutOff): Promise<void>;
  /** Only on the person's own word. */
  discardRefused(opNo: number): Promise<void>;
  /** Everything that waits or was refused, and with `withRows` all records too, as JSON text to save or carry. `from`: this origin. */
  takeOut(from: string, withRows: boolean): string;
  /** Takes in what was carried here; resolves with how many were new, once they are durable. Rejects with `NotCarried` or `NotSaved`. */
  takeIn(carried: Carried): Promise<number>;
  signOutGuard(): SignOutAdvice;
  /** Call after signing in again: what stood still for `signed_out` goes on. */
  signedIn(): Promise<void>;
  /** Stops syncing and closes the database; what waits stays. */
  close(): void;
}

export { NotSaved } from "../store/not-saved";
export { NotCarried, readCarried, type Carried } from "./carry";
