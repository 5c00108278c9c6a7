/** What the screens see: the base with what waits here laid over it [Y62]. */

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals-core";
import type { Base } from "./base";
import { MERGED, type Entity, type Id, type Row } from "./entities";
import { merge, stampAll } from "./stamps";
import type { Body, Op, RefusedOp, Stored } from "./stored";

type Rows = ReadonlyMap<Id, Row>;

const bodyOf = (body: Body): Row["body"] => body as unknown as Row["body"];

/** A row as an op leaves it; undefined when there is none, or not enough of one to show. */
export function laidOver(row: Row | undefined, stored: Stored | undefined, op: Op): Row | undefined {
  if (op.kind === "delete") return undefined;
  if (!op.body) return row;
  const fresh: Row = { entity: op.entity, id: op.id, body: bodyOf(op.body), state: "waiting", copyOf: null, supersededBy: null };
  if (op.kind === "offer" || !MERGED.has(op.entity)) return row ?? fresh;
  if (!row && !stored) return fresh;
  return edited(row ?? buried(fresh, stored), stored, op, op.body);
}

/** A deleted row that an edit waits for is shown with it: the server will make a copy of it [Y35]. */
const buried = (fresh: Row, stored: Stored | undefined): Row | undefined =>
  stored?.deleted && stored.body ? { ...fresh, body: bodyOf(stored.body) } : undefined;

function edited(under: Row | undefined, stored: Stored | undefined, op: Op, body: Body): Row | undefined {
  if (!under) return undefined;
  const { won } = merge(stored?.clocks ?? {}, body, stampAll(body, op.hlc));
  return { ...under, body: bodyOf({ ...(under.body as unknown as Body), ...won }), state: "waiting" };
}

const plainRow = ({ entity, id, copyOf, supersededBy }: Stored, body: Body): Row => ({
  entity, id, body: bodyOf(body), state: "synced", copyOf, supersededBy,
});

export class View {
  private readonly versions = new Map<string, Signal<number>>();
  private readonly maps = new Map<string, ReadonlySignal<Rows>>();
  private readonly lists = new Map<string, ReadonlySignal<readonly Row[]>>();
  /** A stored row becomes the same row each time, so that what did not change is not drawn anew. */
  private readonly plain = new Map<string, Map<Id, { stored: Stored; row: Row }>>();

  constructor(
    private readonly base: Base,
    private readonly waiting: () => readonly Op[],
    private readonly refused: () => readonly RefusedOp[],
  ) {}

  /** Tells that these entities changed; without any, that all may have. */
  changed(entities?: Iterable<string>): void {
    for (const name of entities ?? this.versions.keys()) this.version(name).value++;
  }

  map(entity: Entity): ReadonlySignal<Rows> {
    return once(this.maps, entity, () => {
      const version = this.version(entity);
      return computed(() => (version.value, this.build(entity)));
    });
  }

  list(entity: Entity, history: boolean): ReadonlySignal<readonly Row[]> {
    return once(this.lists, `${entity} ${history}`, () => {
      const map = this.map(entity);
      return computed(() => {
        const rows = [...map.value.values()].filter((row) => history || row.supersededBy === null);
        return rows.sort((one, two) => (one.id < two.id ? -1 : 1));
      });
    });
  }

  private version(entity: string): Signal<number> {
    return once(this.versions, entity, () => signal(0));
  }

  private build(entity: Entity): Rows {
    const base = this.base.room(entity);
    const rows = this.synced(entity, base);
    for (const op of this.waiting()) {
      if (op.entity !== entity) continue;
      const row = laidOver(rows.get(op.id), base.get(op.id), op);
      if (row) rows.set(op.id, row);
      else rows.delete(op.id);
    }
    this.supersede(entity, rows);
    for (const { op } of this.refused()) if (op.entity === entity) markRefused(rows, op);
    return rows;
  }

  private synced(entity: Entity, base: ReadonlyMap<Id, Stored>): Map<Id, Row> {
    const before = this.plain.get(entity);
    const made = new Map<Id, { stored: Stored; row: Row }>();
    const rows = new Map<Id, Row>();
    for (const [id, stored] of base) {
      if (stored.deleted || !stored.body) continue;
      const was = before?.get(id);
      const one = was?.stored === stored ? was : { stored, row: plainRow(stored, stored.body) };
      made.set(id, one);
      rows.set(id, one.row);
    }
    this.plain.set(entity, made);
    return rows;
  }

  /** A correction that waits here already counts here. */
  private supersede(entity: Entity, rows: Map<Id, Row>): void {
    for (const op of this.waiting()) {
      if (op.entity !== "correction" || op.kind !== "put" || op.body?.["entity"] !== entity) continue;
      const id = op.body["supersedes"] as Id;
      const row = rows.get(id);
      if (row?.supersededBy === null) rows.set(id, { ...row, supersededBy: op.id });
    }
  }
}

/** A new record that the server refused stays in sight; a refused change leaves the row as the server has it. */
function markRefused(rows: Map<Id, Row>, op: Op): void {
  const row = rows.get(op.id);
  if (row) {
    if (row.state === "synced") rows.set(op.id, { ...row, state: "refused" });
    return;
  }
  const fresh = laidOver(undefined, undefined, op);
  if (fresh) rows.set(op.id, { ...fresh, state: "refused" });
}

function once<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let found = kept.get(key);
  if (found === undefined) kept.set(key, (found = make()));
  return found;
}
