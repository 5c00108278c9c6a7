import { effect } from "@preact/signals-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import vectors from "../../../../tests/vectors/sync.json";
import recorded from "../../../../tests/vectors/sync_schema_1.json";
import { openStore, NotSaved } from ".";
import { SCHEMA } from "./line";
import { newPerson, Phone, rating, REGIMEN, setUp } from "./testing/phone";
import { copyId } from "./testing/copy";
import { Server } from "./testing/server";
import { TestWorld } from "./testing/world";
import { openDatabase } from "../store/database";
import { databaseName } from "../store/early";
import type { Stored } from "../store/stored";

const person = (): { user: string; server: Server } => {
  const user = newPerson();
  return { user, server: new Server(user) };
};

afterEach(() => vi.restoreAllMocks());

describe("writing", () => {
  it("Y60 what was told as saved is there after the app was killed before sending", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    phone.offline();
    await phone.records.write("rating", rating(4));
    const again = await phone.restart();
    expect(again.values()).toEqual([4]);
    expect(again.records.rows("rating").value[0]?.state).toBe("waiting");
    expect(again.records.outbox.value.waiting).toBe(1);
    await again.online();
    expect(server.live("rating").map((row) => row.body?.["value"])).toEqual([4]);
    again.expectSettled();
    expect(again.records.rows("rating").value[0]?.state).toBe("synced");
  });

  it("Y60 it asks for strict durability, and resolves only after the commit", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
    await phone.records.write("rating", rating(4));
    expect(begun.mock.calls.at(-1)?.[2]).toEqual({ durability: "strict" });
    const db = await openDatabase(databaseName(user), () => undefined);
    expect(await db.count("outbox")).toBe(1);
    db.close();
  });

  it("Y60 a write that does not fit is told, and claims nothing", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    phone.offline();
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(phone.records.write("rating", rating(4))).rejects.toMatchObject({ name: "NotSaved", reason: "phone_full" });
    vi.restoreAllMocks();
    expect(phone.values()).toEqual([]);
    expect(phone.records.outbox.value.waiting).toBe(0);
    await phone.records.write("rating", rating(5));
    expect((await phone.restart()).values()).toEqual([5]);
  });

  it("Y60 it opens a database anew that the system closed under it", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    const closed = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
      throw new DOMException("closing", "InvalidStateError");
    });
    await phone.records.write("rating", rating(4));
    expect(closed).toHaveBeenCalled();
    expect((await phone.restart()).values()).toEqual([4]);
  });

  it("Y60 nothing is saved after closing", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    phone.records.close();
    await expect(phone.records.write("rating", rating(4))).rejects.toBeInstanceOf(NotSaved);
  });

  it("Y61 two tabs never use one number twice", async () => {
    const { user, server } = person();
    const world = new TestWorld(server);
    const [one, two] = [await Phone.open(server, user, world), await Phone.open(server, user, world)];
    one.offline();
    await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? one : two).records.write("rating", rating(n))));
    const db = await openDatabase(databaseName(user), () => undefined);
    expect((await db.getAll("outbox")).map((op) => op.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    db.close();
    await one.online();
    expect(server.live("rating")).toHaveLength(10);
    expect(server.devices.size).toBe(1);
  });

  it("Y61 a tab sees what the other wrote", async () => {
    const { user, server } = person();
    const world = new TestWorld(server);
    const [one, two] = [await Phone.open(server, user, world), await Phone.open(server, user, world)];
    one.offline();
    await one.records.write("rating", rating(4));
    expect(two.values()).toEqual([4]);
    expect(two.records.outbox.value.waiting).toBe(1);
  });

  it("Y68 one tab exchanges at a time, and the other sees what came", async () => {
    const { user, server } = person();
    const world = new TestWorld(server);
    let [under, most] = [0, 0];
    const fetch = world.fetch.bind(world);
    vi.spyOn(world, "fetch").mockImplementation(async (path, init) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 2));
      return fetch(path, init).finally(() => under--);
    });
    const tabs = await Promise.all([1, 2, 3].map(() => Phone.open(server, user, world)));
    server.put("rating", "a", rating(7));
    await Promise.all(tabs.map((tab) => tab.records.syncNow()));
    expect(tabs.map((tab) => tab.values())).toEqual([[7], [7], [7]]);
    expect(most).toBe(1);
  });

  it("Y67 it replaces what no server keeps before saving", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    await phone.records.write("rating", rating(4, "half \ud800 pair\0"));
    expect(phone.records.rows("rating").value[0]?.body.note).toBe("half \ufffd pair");
  });
});

describe("what the screens see", () => {
  it("Y62 what waits is laid over what the server said", async () => {
    const { user, server } = person();
    server.put("regimen", "r1", REGIMEN, {});
    const phone = await Phone.open(server, user);
    phone.offline();
    await phone.records.write("regimen", { minutes: 5 }, { id: "r1" });
    expect(phone.records.row("regimen", "r1").value).toMatchObject({ state: "waiting", body: { ...REGIMEN, minutes: 5 } });
    await phone.records.remove("regimen", "r1");
    expect(phone.records.rows("regimen").value).toEqual([]);
  });

  it("Y62 an acknowledged op stays in sight while its row is on a later page", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    const id = await phone.records.write("rating", rating(4));
    const answer = server.answer.bind(server);
    vi.spyOn(server, "answer").mockImplementationOnce((request) => {
      const { status, body } = answer(request);
      return { status, body: { ...(body as object), rows: [], cursor: "0" } };
    });
    await phone.records.syncNow();
    expect(phone.records.row("rating", id).value?.state).toBe("synced");
    expect((await phone.restart()).values()).toEqual([4]);
  });

  it("Y34 a correction that waits already counts here", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    const wrong = await phone.records.write("rating", rating(3));
    await phone.records.syncNow();
    phone.offline();
    const right = await phone.records.correct("rating", wrong, rating(4), "slipped");
    expect(phone.values()).toEqual([4]);
    expect(phone.records.history("rating").value.map((row) => [row.id, row.supersededBy !== null])).toEqual([[wrong, true], [right, false]]);
    await phone.online();
    expect(phone.values()).toEqual([4]);
    expect(server.rows.get(`rating ${wrong}`)?.row.superseded_by).toBe(phone.records.rows("correction").value[0]?.id);
    expect(await phone.records.correct("rating", right ?? "", null)).toBeNull();
    expect(phone.values()).toEqual([]);
  });

  it("Y62 a row that did not change is the same row, so that it is not drawn anew", async () => {
    const { user, server } = person();
    server.put("rating", "00", rating(1));
    const phone = await Phone.open(server, user);
    const seen: unknown[] = [];
    const stop = effect(() => void seen.push(phone.records.rows("rating").value[0]));
    await phone.records.write("rating", rating(2));
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(1);
    stop();
  });

  it("Y64 another person sees nothing of it, and nothing of it is lost", async () => {
    const { user, server } = person();
    const alice = await Phone.open(server, user);
    alice.offline();
    await alice.records.write("rating", rating(4));
    alice.records.close();
    const bob = await Phone.open(new Server("bob"), newPerson());
    expect(bob.values()).toEqual([]);
    expect(bob.records.outbox.value.waiting).toBe(0);
    expect((await alice.restart()).values()).toEqual([4]);
  });

  it("Y65 it advises against signing out while something waits", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    expect(phone.records.signOutGuard()).toEqual({ safe: true, waiting: 0, refused: 0 });
    phone.offline();
    await phone.records.write("rating", rating(4));
    expect(phone.records.signOutGuard()).toEqual({ safe: false, waiting: 1, refused: 0 });
  });
});

describe("rows in the database", () => {
  it("Y63 thousands of rows lie in chunks, small changes beside them, and all are there after a restart", async () => {
    const { user, server } = person();
    for (let n = 0; n < 3_300; n++) server.put("rating", `id-${String(n).padStart(5, "0")}`, rating(n % 11));
    const phone = await Phone.open(server, user);
    const db = await openDatabase(databaseName(user), () => undefined);
    expect(await db.count("loose")).toBe(0);
    expect(await db.count("chunks")).toBeLessThan(10);
    server.put("rating", "id-00007", rating(10, "changed"));
    server.put("rating", "id-00008", null);
    await phone.records.syncNow();
    expect(await db.count("loose")).toBe(2);
    const again = await phone.restart();
    expect(again.records.rows("rating").value).toHaveLength(3_299);
    expect(again.records.row("rating", "id-00007").value?.body.note).toBe("changed");
    db.close();
  });

  it("Y63 loose rows are folded into chunks, and nothing is lost by it", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    for (let batch = 0; batch < 32; batch++) {
      for (let n = 0; n < 50; n++) server.put("rating", `id-${(batch * 25 + n) % 700}`, rating(batch % 11, `${batch}`));
      await phone.records.syncNow();
    }
    const db = await openDatabase(databaseName(user), () => undefined);
    expect(await db.count("loose")).toBeLessThan(600);
    expect(await db.count("chunks")).toBeGreaterThan(0);
    db.close();
    const want = new Map(server.live("rating").map((row) => [row.id, row.body]));
    const again = await phone.restart();
    expect(new Map(again.records.rows("rating").value.map((row) => [row.id, row.body]))).toEqual(want);
  });

  it.each([
    [1, (rows: Stored[]) => rows],
    [2, (rows: Stored[]) => JSON.stringify(rows)],
  ])("Y63 rows of an older app's chunks (version %i) are read, and stay when they are folded", async (version, chunk) => {
    const { user, server } = person();
    const row = (n: number): Stored => ({
      scope: user, entity: "rating", id: `id-${n}`, deleted: false, body: { ...rating(n) }, clocks: {}, copyOf: null, supersededBy: null,
    });
    const old = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(databaseName(user), version);
      request.onupgradeneeded = () => {
        for (const room of ["state", "loose"]) request.result.createObjectStore(room);
        request.result.createObjectStore("outbox", { keyPath: "n" });
        request.result.createObjectStore("refused", { keyPath: "no" });
        request.result.createObjectStore("chunks", { autoIncrement: true }).add(chunk([row(1), row(2)]));
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("not opened"));
    });
    old.close();
    for (let n = 3; n < 900; n++) server.put("rating", `id-${n}`, rating(n % 11));
    const phone = await Phone.open(server, user);
    expect(phone.records.rows("rating").value).toHaveLength(899);
    const again = await phone.restart();
    expect(again.records.row("rating", "id-2").value?.body.value).toBe(2);
  });

  it("Y64 a tab with a newer app takes the database over, and this one says that it cannot save", async () => {
    const { user, server } = person();
    const phone = await Phone.open(server, user);
    phone.offline();
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(databaseName(user), 99);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
      request.onerror = () => reject(request.error ?? new Error("not opened"));
    });
    await expect(phone.records.write("rating", rating(4))).rejects.toMatchObject({ reason: "storage_failed" });
  });
});

it.each(vectors.copy_id)("Y35 the tests name the copy of $of as the server would", ({ of, copy }) => {
  expect(copyId(of)).toBe(copy);
});

it("Y51 it speaks the schema as it was recorded for the server's tests", async () => {
  const { server, phone } = await setUp();
  const put = recorded.ops.filter((op) => op.kind === "put");
  const sent: unknown[] = [];
  server.refuse = (op) => {
    sent.push(op);
    return null;
  };
  phone.offline();
  for (const op of put) await phone.records.write(op.entity as "rating", op.body as never, { id: op.id ?? "" });
  await phone.online();
  expect(SCHEMA).toBe(recorded.schema);
  const written = put.map(({ kind, entity, id, body }) => ({ kind, entity, id, body }));
  expect(sent).toEqual(written.map((op, at) => ({ ...op, n: at + 1, hlc: expect.stringMatching(/^[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{32}$/) as string })));
});

it("it begins to exchange by itself when it is opened", async () => {
  const { user, server } = person();
  server.put("rating", "a", rating(1));
  const records = await openStore(user, new TestWorld(server));
  await vi.waitFor(() => expect(records.rows("rating").value).toHaveLength(1));
  expect(records.lastSync.value?.getTime()).toBe(server.nowMs);
});
