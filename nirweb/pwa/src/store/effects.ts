/** What an answered op, and a row from the server, make of the base: pure [Y25, Y26, Y62]. */

import type { Base, Difference } from "./base";
import { HOUSE, MERGED, type Entity, type Id } from "./entities";
import { merge, stampAll, type Clocks } from "./stamps";
import type { Body, Op, Stored } from "./stored";

/** A row as it travels [Y4]. */
export interface WireRow {
  scope: Id;
  entity: string;
  id: Id;
  deleted: boolean;
  body: Body | null;
  clocks: Clocks;
  copy_of: Id | null;
  superseded_by: Id | null;
}

const SERVED: ReadonlySet<string> = new Set(["session", ...HOUSE]);

/** Collects changes of the base; later ones see earlier ones. */
export class Effects {
  private readonly rows = new Map<string, Stored | { gone: true; entity: string; id: Id }>();

  constructor(
    private readonly base: Base,
    private readonly user: Id,
  ) {}

  get(entity: string, id: Id): Stored | undefined {
    const found = this.rows.get(`${entity} ${id}`);
    if (found) return "gone" in found ? undefined : found;
    return this.base.get(entity, id);
  }

  set(row: Stored): void {
    this.rows.set(`${row.entity} ${row.id}`, row);
  }

  drop(entity: string, id: Id): void {
    this.rows.set(`${entity} ${id}`, { gone: true, entity, id });
  }

  difference(): Difference {
    const difference: Difference = { set: [], drop: [] };
    for (const row of this.rows.values()) {
      if ("gone" in row) difference.drop.push(row);
      else difference.set.push(row);
    }
    return difference;
  }

  /** An op that the server has done. What it made of it comes with the rows, perhaps only on a later page. */
  done(op: Op): void {
    if (op.kind === "put" && op.body) this.put(op, op.body);
    if (op.kind === "delete") this.delete(op);
    // the server keeps an offered session as something that was logged [Y55]
    if (op.kind === "offer" && SERVED.has(op.entity)) this.drop(op.entity, op.id);
  }

  private put(op: Op, body: Body): void {
    const there = this.get(op.entity, op.id);
    if (!MERGED.has(op.entity)) {
      if (!there) this.set(fresh(this.user, op, body, {}));
      if (op.entity === "correction") this.supersede(op, body);
      return;
    }
    if (!there) this.set(fresh(this.user, op, body, stampAll(body, op.hlc)));
    else if (!there.deleted) {
      const { won, clocks } = merge(there.clocks, body, stampAll(body, op.hlc));
      this.set({ ...there, body: { ...there.body, ...won }, clocks });
    }
  }

  private supersede(op: Op, body: Body): void {
    const target = this.get(String(body["entity"]), String(body["supersedes"]));
    if (target?.supersededBy === null) this.set({ ...target, supersededBy: op.id });
  }

  private delete(op: Op): void {
    const there = this.get(op.entity, op.id);
    if (there) this.set({ ...there, deleted: true, body: null });
  }

  /** A row as the server has it now. `waits`: an edit of it waits here, so a deleted one keeps its body to be shown. */
  row(row: WireRow, waits: boolean): void {
    const there = this.get(row.entity, row.id);
    if (row.deleted && there && there.scope !== row.scope) return; // it moved on [Y26]
    const body = row.deleted && waits ? (there?.body ?? null) : row.body;
    this.set(storedOf(row, body));
  }

  /** The person may no longer read this scope [Y25]. */
  leave(scope: Id): void {
    for (const row of this.base.all()) if (row.scope === scope) this.drop(row.entity, row.id);
  }
}

export function storedOf(row: WireRow, body: Body | null = row.body): Stored {
  return {
    scope: row.scope,
    entity: row.entity as Entity,
    id: row.id,
    deleted: row.deleted,
    body,
    clocks: row.clocks,
    copyOf: row.copy_of,
    supersededBy: row.superseded_by,
  };
}

function fresh(user: Id, op: Op, body: Body, clocks: Clocks): Stored {
  return { scope: user, entity: op.entity, id: op.id, deleted: false, body, clocks, copyOf: null, supersededBy: null };
}
