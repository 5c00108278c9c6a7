import { afterEach, describe, expect, it, vi } from "vitest";
import { newPerson, Phone, rating, setUp, values } from "./testing/phone";
import { Server } from "./testing/server";
import { TestWorld } from "./testing/world";

afterEach(() => vi.restoreAllMocks());

/** Until what is under way has gone as far as it goes without the network, the database or time. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 100; turns++) await Promise.resolve();
}

/** The next page in the same browser: the same database, a world of its own. */
const nextPage = ({ name, world: { server } }: Phone): Promise<Phone> => Phone.open(server, name, new TestWorld(server));

describe("a page that is left and kept frozen", () => {
  it("Y73 holds up no write of the next page, and what it was writing is written when it is shown again", async () => {
    const { server, phone } = await setUp();
    const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
    const ends = vi.spyOn(IDBTransaction.prototype, "abort");
    let saved = false;
    const write = phone.records.write("rating", rating(1)).then(() => (saved = true));
    while (begun.mock.calls.length === 0) await Promise.resolve();
    phone.world.sleep();
    expect(ends.mock.contexts, "at once: nothing runs in it from now on").toContain(begun.mock.results[0]?.value);
    const next = await nextPage(phone);
    await next.records.write("rating", rating(2));
    await next.records.syncNow();
    expect(values(server)).toEqual([2]);
    expect(saved).toBe(false);

    phone.world.wake();
    await write;
    await phone.records.syncNow();
    expect(values(server)).toEqual([1, 2]);
    expect(server.acted).toBe(2);
  });

  it("Y73 lets go of a look into the database, too", async () => {
    const { server, phone } = await setUp();
    const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
    const ends = vi.spyOn(IDBTransaction.prototype, "abort");
    const exchange = phone.records.syncNow();
    while (begun.mock.calls.length === 0) await Promise.resolve();
    phone.world.sleep();
    expect(ends.mock.contexts).toContain(begun.mock.results[0]?.value);
    await exchange;
    expect(phone.records.trouble.value).toBeNull();
    phone.world.wake();
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(values(server)).toEqual([1]);
  });

  it("Y73 lets go of a database that is being made, and makes it when it is shown again", async () => {
    const server = new Server(newPerson());
    const world = new TestWorld(server);
    const ends = vi.spyOn(IDBTransaction.prototype, "abort");
    vi.spyOn(IDBDatabase.prototype, "createObjectStore").mockImplementationOnce(function (this: IDBDatabase, name) {
      queueMicrotask(() => world.sleep());
      return this.createObjectStore(name);
    });
    const opening = Phone.open(server, server.user, world);
    await vi.waitFor(() => expect(ends).toHaveBeenCalled());
    const next = await Phone.open(server, server.user, new TestWorld(server));
    await next.records.write("rating", rating(1));
    await next.records.syncNow();
    expect(values(server)).toEqual([1]);
    world.wake();
    expect((await opening).values()).toEqual([1]);
  });

  it("Y73 keeps for later what is still to be written when it is left", async () => {
    const { server, phone } = await setUp();
    phone.world.sleep();
    server.requests = [];
    const opens = vi.spyOn(indexedDB, "open");
    const write = phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(server.requests).toEqual([]);
    expect(opens).not.toHaveBeenCalled();
    phone.world.wake();
    await write;
    await phone.records.syncNow();
    expect(values(server)).toEqual([1]);
  });

  it("Y68 Y73 lets go of its turn, and an answer that reaches it late changes nothing", async () => {
    const { server, phone } = await setUp();
    await phone.records.write("rating", rating(1));
    const fetch = phone.world.fetch.bind(phone.world);
    vi.spyOn(phone.world, "fetch").mockImplementationOnce((...asked) => {
      const answer = fetch(...asked);
      phone.world.sleep(); // the server gets it, and answers to nobody
      return answer;
    });
    await phone.records.syncNow();
    const next = await nextPage(phone);
    await next.records.write("rating", rating(2));
    await next.records.syncNow();
    next.expectSettled();
    expect(values(server)).toEqual([1, 2]);
    expect(server.acted).toBe(2);

    const takes = vi.spyOn(IDBDatabase.prototype, "transaction");
    phone.world.kicks.clear(); // it does not exchange anew
    phone.world.wake();
    await phone.records.write("rating", rating(3));
    expect(takes.mock.calls.filter(([, mode]) => mode === "readwrite"), "that write alone").toHaveLength(1);
    expect(phone.records.trouble.value).toBeNull();
  });

  it("Y68 Y73 gives up its place in the queue", async () => {
    const { server, phone } = await setUp();
    let let_go = (): void => undefined;
    const before = phone.world.lock(`nirweb-${phone.name}-sync`, () => new Promise((done) => (let_go = () => { done(true); })), new AbortController().signal);
    server.requests = [];
    const exchange = phone.records.syncNow();
    await settle();
    phone.world.sleep();
    let_go();
    await Promise.all([before, exchange]);
    expect(server.requests).toEqual([]);
    const next = await nextPage(phone);
    next.expectSettled();
    expect(server.requests).toHaveLength(1);
  });

  it("Y73 shows, when it is shown again, what others changed, without a network too", async () => {
    const { server, phone } = await setUp();
    phone.world.sleep();
    const next = await nextPage(phone);
    await next.records.write("rating", rating(3));
    await next.records.syncNow();
    expect(phone.values()).toEqual([]);
    phone.offline();
    phone.world.wake();
    await vi.waitFor(() => expect(phone.values()).toEqual([3]));
    phone.expectSettled();
    expect(values(server)).toEqual([3]);
  });

  it("Y73 misses nothing of the others where it writes as soon as it is shown again", async () => {
    const { server, phone } = await setUp();
    phone.world.sleep();
    const next = await nextPage(phone);
    await next.records.write("rating", rating(3));
    await next.records.syncNow();
    phone.world.kicks.clear(); // before it has looked
    phone.world.wake();
    await phone.records.write("rating", rating(4));
    expect(phone.values().sort()).toEqual([3, 4]);
    await phone.records.syncNow();
    expect(values(server)).toEqual([3, 4]);
  });
});
