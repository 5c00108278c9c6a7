/** Opens the records of one person and keeps them in step with the server. */

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import { databaseName } from "../store/early";
import type { Bodies, Correctable, Entity, Id, Row, Written } from "../store/entities";
import { page } from "../store/page";
import { latest } from "../store/stamps";
import type { Body, Draft, PutOff, RefusedOp } from "../store/stored";
import { Store } from "../store/store";
import { clean } from "../store/text";
import type { World } from "../store/world";
import { takeIn, takenOut, type Carried } from "./carry";
import { Loop, lockOf } from "./loop";
import { keepPutOff } from "./put-off";
import { countWaiting } from "./waiting";
import type { OutboxView, Records, Refused, SignOutAdvice } from "./records";

export type * from "./records";
export { NotSaved } from "../store/not-saved";

/** Opens the records of `user` on this phone and begins to exchange. Rejects with `NotSaved` when the phone gives no storage. */
export async function openStore(user: Id, world: World = page, name = databaseName(user)): Promise<Records> {
  const store = await Store.open(user, name, world);
  const records = new PhoneRecords(store, new Loop(store, lockOf(name)));
  const exchange = (): void => void records.syncNow();
  if (store.state.lastSync === null) exchange(); // there is nothing to show before
  else world.shown(exchange);
  return records;
}

class PhoneRecords implements Records {
  readonly user: Id;
  readonly online: Records["online"];
  readonly trouble: Records["trouble"];
  readonly syncing: Records["syncing"];
  readonly outbox: ReadonlySignal<OutboxView>;
  readonly lastSync: ReadonlySignal<Date | null>;
  private readonly changes = signal(0);

  constructor(
    private readonly store: Store,
    private readonly loop: Loop,
  ) {
    this.user = store.user;
    this.online = loop.online;
    this.trouble = loop.trouble;
    this.syncing = loop.syncing;
    store.onChange = (wrote) => {
      this.changes.value++;
      if (wrote) loop.soon();
    };
    this.outbox = computed(() => (this.changes.value, this.lookAtOutbox()));
    const last = computed(() => (this.changes.value, store.state.lastSync));
    this.lastSync = computed(() => (last.value === null ? null : new Date(last.value)));
  }

  // ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  rows<E extends Entity>(entity: E): ReadonlySignal<readonly Row<E>[]> {
    return this.store.view.list(entity, false) as ReadonlySignal<readonly Row<E>[]>;
  }

  history<E extends Entity>(entity: E): ReadonlySignal<readonly Row<E>[]> {
    return this.store.view.list(entity, true) as ReadonlySignal<readonly Row<E>[]>;
  }

  row<E extends Entity>(entity: E, id: Id): ReadonlySignal<Row<E> | undefined> {
    const map = this.store.view.map(entity);
    return computed(() => map.value.get(id) as Row<E> | undefined);
  }

  now(): number {
    return this.store.now();
  }

  // ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  async write<E extends keyof Written>(entity: E, body: Partial<Written[E]>, options: { id?: Id } = {}): Promise<Id> {
    const id = options.id ?? this.store.newId();
    await this.store.write([{ kind: "put", entity, id, body: clean<Body>(body) }]);
    return id;
  }

  async remove(entity: "regimen", id: Id): Promise<void> {
    await this.store.write([{ kind: "delete", entity, id, seen: this.known(entity, id) }]);
  }

  async correct<E extends Correctable>(entity: E, id: Id, body: Bodies[E] | null, reason = ""): Promise<Id | null> {
    const replacedBy = body === null ? null : this.store.newId();
    const drafts: Draft[] = replacedBy === null ? [] : [{ kind: "put", entity, id: replacedBy, body: clean(body) as unknown as Body }];
    const correction = { entity, supersedes: id, replaced_by: replacedBy, reason, at: new Date(this.now()).toISOString() };
    await this.store.write([...drafts, { kind: "put", entity: "correction", id: this.store.newId(), body: clean(correction) }]);
    return replacedBy;
  }

  /** The stamps by field that this phone knows of a row: the server's, and those of its own edits that wait [Y36]. */
  private known(entity: Entity, id: Id): Record<string, string> {
    const seen = { ...this.store.base.get(entity, id)?.clocks };
    for (const op of this.store.outbox) {
      if (op.entity !== entity || op.id !== id) continue;
      for (const field of Object.keys(op.body ?? {})) seen[field] = latest([seen[field] ?? "", op.hlc]);
    }
    return seen;
  }

  // ── What waits ───────────────────────────────────────────────────────────────────────────────────────────────────────
  private lookAtOutbox(): OutboxView {
    return { waiting: countWaiting(this.store), refused: this.store.refused.map(shown) };
  }

  async fixRefused(opNo: number, body: Record<string, unknown>): Promise<void> {
    await this.store.keep(async (work) => {
      const rooms = work.tx.objectStore("refused");
      const refused = await rooms.get(opNo);
      if (!refused) return undefined;
      const children = (await rooms.getAll()).filter((one) => one.code === "parent_missing" && one.no !== opNo);
      await rooms.delete(opNo);
      await work.enqueue({ ...draftOf(refused), body: clean(body) });
      for (const child of children) {
        // what was refused only because this was missing goes with it [Y38]
        if (!Object.values(child.op.body ?? {}).includes(refused.op.id)) continue;
        await rooms.delete(child.no);
        await work.enqueue(draftOf(child));
      }
      return undefined;
    });
    this.loop.soon();
  }

  async discardRefused(opNo: number): Promise<void> {
    await this.store.keep(async ({ tx }) => {
      await tx.objectStore("refused").delete(opNo);
      return undefined;
    });
  }

  async putOff(one: PutOff): Promise<void> {
    await keepPutOff(this.store, one);
    this.loop.soon();
  }

  takeOut(from: string, withRows: boolean): string {
    return takenOut(this.store, from, withRows);
  }

  async takeIn(carried: Carried): Promise<number> {
    await this.loop.now(); // what the server has need not be offered to it
    const count = await takeIn(this.store, carried);
    this.loop.soon();
    return count;
  }

  signOutGuard(): SignOutAdvice {
    const { waiting, refused } = this.outbox.value;
    return { safe: waiting === 0 && refused.length === 0, waiting, refused: refused.length };
  }

  // ── Exchanging ───────────────────────────────────────────────────────────────────────────────────────────────────────

  syncNow(): Promise<void> {
    return this.loop.now();
  }

  signedIn(): Promise<void> {
    return this.loop.signedIn();
  }

  close(): void {
    this.loop.stop();
    this.store.close();
  }
}

function draftOf({ op: { kind, entity, id, body, seen, clocks } }: RefusedOp): Draft {
  return { kind, entity, id, ...(body === undefined ? {} : { body }), ...(seen ? { seen } : {}), ...(clocks ? { clocks } : {}) };
}

function shown({ no, op, code, message, errors, at }: RefusedOp): Refused {
  const { entity, id, kind, body } = op;
  return { opNo: no, entity, id, kind, body: body ?? null, code, message, errors, refusedAt: new Date(at).toISOString() };
}
