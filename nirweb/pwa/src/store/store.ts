/** The records of one person on this phone: what the server said, what waits, and how to change either durably. */

import { Base, fold, lying, rewrite, writeDifference, type Difference } from "./base";
import { adopt, openDatabase, type Change, type Database } from "./database";
import { ROOMS, takeEarly, type Early } from "./early";
import { abort, UnderWay } from "./frozen";
import { newId } from "./ids";
import { NotSaved } from "./not-saved";
import { nextStamp } from "./stamps";
import type { Chunk, Draft, Op, RefusedOp, State, Stored } from "./stored";
import { View } from "./view";
import type { Channel, World } from "./world";

/** What one transaction did; other tabs hear it too. */
export interface Done {
  state: State;
  difference?: Difference;
  /** All rows anew instead of a difference. */
  rows?: Stored[];
  outbox: readonly Op[];
  refused: readonly RefusedOp[];
}

/** Within a transaction: the state to change, and the rooms. */
export interface Work {
  tx: Change;
  state: State;
  /** Gives a draft its number and its stamp, and keeps it [Y61]. */
  enqueue: (draft: Draft) => Promise<Op>;
}

/** What changes of the rows: a difference, all of them anew, or nothing. */
export type Transaction = (work: Work) => Promise<Difference | Stored[] | undefined>;

/** What lies in the database beside the state, in the order of `ROOMS`. */
type Lying = [Op[], RefusedOp[], Chunk[], Stored[]];

const NO_DIFFERENCE: Difference = { set: [], drop: [] };

export class Store {
  readonly base = new Base();
  readonly view: View;
  state!: State;
  outbox: readonly Op[] = [];
  refused: readonly RefusedOp[] = [];
  /** Called after every change, with whether something new waits to be sent. */
  onChange: (wrote: boolean) => void = () => undefined;

  private db: Promise<Database> | null = null;
  private closed = false;
  private readonly underWay = new UnderWay();
  /** How often the page was put to sleep [Y73]. */
  private naps = 0;
  private awake: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private readonly stopListening: () => void;
  /** Another tab changed something while this one was still reading. */
  private behind = false;
  private readonly channel: Channel;

  private constructor(
    readonly user: string,
    private readonly name: string,
    readonly world: World,
  ) {
    this.view = new View(
      this.base,
      () => this.outbox,
      () => this.refused,
    );
    this.channel = world.channel(name, (message) => this.heard(message as Done));
    this.stopListening = world.frozen(
      () => {
        this.sleep();
      },
      () => {
        this.wake();
      },
    );
  }

  static async open(user: string, name: string, world: World): Promise<Store> {
    const store = new Store(user, name, world);
    const early = await takeEarly(name);
    if (!early || !(await store.begin(early))) await store.load();
    if (store.behind) await store.load();
    return store;
  }

  /** Milliseconds since 1970 by the server's clock, as well as it is known here. */
  now(): number {
    return this.world.now() + this.state.offsetMs;
  }

  newId(): string {
    return newId(this.now());
  }

  close(): void {
    this.closed = true;
    this.stopListening();
    this.channel.close();
    this.letGo();
  }

  private letGo(): void {
    void this.db?.then((db) => { db.close(); }, () => undefined);
    this.db = null;
  }

  /** A page that is kept frozen would keep its transactions open, and every other page's writes would wait for them [Y73]. */
  private sleep(): void {
    this.naps++;
    this.awake = new Promise((shown) => (this.wake = shown));
    this.underWay.end();
    this.letGo();
  }

  /** Where the page was put to sleep meanwhile it is begun anew, once the page is shown again [Y73]. */
  private async throughSleep(work: () => Promise<void>): Promise<void> {
    for (;;) {
      const { naps } = this;
      try {
        await work();
        return;
      } catch (error) {
        if (this.closed || this.naps === naps) throw error;
      }
    }
  }

  // ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  load(): Promise<void> {
    return this.throughSleep(() => this.read());
  }

  private async read(): Promise<void> {
    const db = await this.database();
    const tx = this.underWay.begun(db.transaction(ROOMS, "readonly"));
    const [state, outbox, refused, [chunks, loose]] = await Promise.all([
      tx.objectStore("state").get("state"),
      tx.objectStore("outbox").getAll(),
      tx.objectStore("refused").getAll(),
      lying(tx),
    ]);
    this.found(state, outbox, refused, chunks, loose);
  }

  /** With what was read before this store was there to hear of other tabs' changes [Y69]. False: it could not be read. */
  private async begin({ db, rooms }: Early): Promise<boolean> {
    const read = (await rooms.catch(() => null)) as [State[], ...Lying] | null;
    if (!read) {
      db.close();
      return false;
    }
    const [[state], ...lie] = read;
    this.db = Promise.resolve(adopt(db, () => (this.db = null)));
    this.found(state, ...lie);
    this.world.shown(() => void this.refresh().catch(() => undefined)); // it may be closed by then
    return true;
  }

  private found(state: State | undefined, ...[outbox, refused, chunks, loose]: Lying): void {
    this.base.fill(chunks, loose);
    Object.assign(this, { state: state ?? freshState(this.world.now()), outbox, refused });
    this.view.changed();
    this.onChange(false);
  }

  /** Reads again what another tab may have changed unheard. */
  async refresh(): Promise<void> {
    const db = await this.database();
    const state = await this.underWay.begun(db.transaction("state")).store.get("state");
    if (state && state.revision !== this.state.revision) await this.load();
  }

  // ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Saves drafts. Resolves after they are durable [Y60]; rejects with `NotSaved`. */
  async write(drafts: Draft[]): Promise<void> {
    await this.keep(async (work) => {
      for (const draft of drafts) await work.enqueue(draft);
      return undefined;
    });
    this.onChange(true);
  }

  /** What a person said. */
  keep(work: Transaction): Promise<void> {
    return this.throughSleep(() => this.change("strict", work));
  }

  /** One transaction over everything. What `work` returns changes the rows. */
  async change(durability: "strict" | "relaxed", work: Transaction): Promise<void> {
    let done: Done;
    try {
      done = await this.transact(durability, work).catch((error: unknown) => {
        if (!lostConnection(error) || this.closed) throw error;
        this.db = null; // some systems close a sleeping app's database without a word
        return this.transact(durability, work);
      });
    } catch (error) {
      throw asNotSaved(error, this.closed);
    }
    if (done.state.revision === this.state.revision + 1) this.become(done);
    else await this.load().catch(() => undefined); // another page changed something unheard; what was saved is saved
    this.channel.post(done);
  }

  private async transact(durability: "strict" | "relaxed", work: Transaction): Promise<Done> {
    const db = await this.database();
    const tx = this.underWay.begun(db.transaction(ROOMS, "readwrite", { durability }));
    try {
      const state = (await tx.objectStore("state").get("state")) ?? this.state;
      const result = (await work({ tx, state, enqueue: (draft) => enqueue(tx, state, draft, this.world.now()) })) ?? NO_DIFFERENCE;
      if (Array.isArray(result)) await rewrite(tx, result);
      else await this.writeRows(tx, result);
      state.revision++;
      await tx.objectStore("state").put(state, "state");
      const [outbox, refused] = await Promise.all([tx.objectStore("outbox").getAll(), tx.objectStore("refused").getAll()]);
      await tx.done;
      return { state, outbox, refused, ...(Array.isArray(result) ? { rows: result } : { difference: result }) };
    } catch (error) {
      abort(tx);
      throw error;
    }
  }

  private async writeRows(tx: Change, difference: Difference): Promise<void> {
    if (difference.set.length + difference.drop.length === 0) return;
    await writeDifference(tx, difference);
    let alive = difference.set.length;
    for (const row of this.base.all()) alive += row.deleted ? 0 : 1;
    await fold(tx, alive);
  }

  private become(done: Done): void {
    const before = [...this.outbox, ...this.refused.map((one) => one.op)];
    Object.assign(this, { state: done.state, outbox: done.outbox, refused: done.refused });
    let touched: Set<string> | undefined;
    if (done.rows) {
      this.base.clear();
      this.base.apply({ set: done.rows, drop: [] });
    } else {
      touched = this.base.apply(done.difference ?? NO_DIFFERENCE);
      for (const op of [...before, ...done.outbox, ...done.refused.map((one) => one.op)]) touched.add(op.entity);
      for (const op of [...before, ...done.outbox]) if (op.entity === "correction") touched.add(String(op.body?.["entity"]));
    }
    this.view.changed(touched);
    this.onChange(false);
  }

  private heard(done: Done): void {
    const state = this.state as State | undefined;
    if (!state) this.behind = true;
    if (this.closed || !state || done.state.revision <= state.revision) return;
    if (done.state.revision === state.revision + 1) this.become(done);
    else void this.load().catch(() => undefined); // closed meanwhile
  }

  private async database(): Promise<Database> {
    await this.awake;
    if (this.closed) throw new NotSaved("closed");
    this.db ??= openDatabase(this.name, () => (this.db = null), this.underWay);
    return this.db.catch((error: unknown) => {
      this.db = null;
      throw error;
    });
  }
}

export function freshState(nowMs: number): State {
  return {
    device: newId(nowMs), nextN: 1, cursor: null, epoch: null, stamp: "", offsetMs: 0, lastSync: null, revision: 0, nextRefused: 1,
  };
}

async function enqueue(tx: Change, state: State, draft: Draft, nowMs: number): Promise<Op> {
  state.stamp = nextStamp(state.stamp, nowMs + state.offsetMs, state.device);
  const op: Op = { ...draft, n: state.nextN++, hlc: state.stamp };
  await tx.objectStore("outbox").put(op);
  return op;
}

const named = (error: unknown, name: string): boolean => error instanceof DOMException && error.name === name;

const lostConnection = (error: unknown): boolean => named(error, "InvalidStateError");

function asNotSaved(error: unknown, closed: boolean): NotSaved {
  if (error instanceof NotSaved) return error;
  if (closed) return new NotSaved("closed", error);
  return new NotSaved(named(error, "QuotaExceededError") ? "phone_full" : "storage_failed", error);
}
