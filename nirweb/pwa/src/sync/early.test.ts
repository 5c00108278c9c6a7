import { expect, it, vi } from "vitest";
import { databaseName, readEarly, takeEarly, VERSION } from "../store/early";
import { Store } from "../store/store";
import { newPerson, Phone, rating, setUp } from "./testing/phone";
import { Server } from "./testing/server";

/** All of it has been read: what happens from here on is not in it. */
const wasRead = async (name: string): Promise<unknown> => (await readEarly(name, () => () => undefined))?.rooms;
const names = async (): Promise<(string | undefined)[]> => (await indexedDB.databases()).map(({ name }) => name);

it("Y69 what was read early is all that lies there: rows, what waits, and the cursor", async () => {
  const { server, phone } = await setUp();
  for (let n = 0; n < 200; n++) server.put("rating", `id-${n}`, rating(n % 11));
  await phone.records.syncNow();
  phone.offline();
  await phone.records.write("rating", rating(4, "waits"));
  phone.records.close();
  const read = await Store.open(server.user, databaseName(phone.name), phone.world);
  await wasRead(databaseName(phone.name));
  const early = await Store.open(server.user, databaseName(phone.name), phone.world);
  expect([...early.base.all()]).toEqual([...read.base.all()]);
  expect([...early.base.all()]).toHaveLength(200);
  expect(early.outbox).toEqual(read.outbox);
  expect(early.outbox).toHaveLength(1);
  expect(early.state).toEqual(read.state);
  await early.write([{ kind: "put", entity: "rating", id: "new", body: { ...rating(5) } }]);
  read.close();
  early.close();
  expect((await phone.restart()).records.row("rating", "new").value?.body.value).toBe(5);
});

it("Y69 what another tab wrote after the early reading is seen", async () => {
  const { server, phone } = await setUp();
  await wasRead(databaseName(phone.name));
  phone.offline();
  await phone.records.write("rating", rating(7));
  const shown: (() => void)[] = [];
  const world = Object.assign(Object.create(phone.world) as typeof phone.world, { shown: (then: () => void) => shown.push(then) });
  const store = await Store.open(server.user, databaseName(phone.name), world);
  expect(store.outbox).toHaveLength(0);
  const before = store.state.revision;
  for (const then of shown) then();
  await expect.poll(() => store.state.revision).toBeGreaterThan(before);
  expect(store.outbox).toHaveLength(1);
  store.close();
  phone.records.close();
});

it("Y69 where there is no database none is made", async () => {
  const user = newPerson();
  expect(await readEarly(databaseName(user), () => () => undefined)).toBeNull();
  expect(await takeEarly(databaseName(user))).toBeNull();
  expect(await names()).not.toContain(databaseName(user));
});

it("Y69 one of an older version is left for the app to open", async () => {
  const user = newPerson();
  await new Promise<void>((done, failed) => {
    const request = indexedDB.open(databaseName(user), VERSION - 1);
    request.onupgradeneeded = () => {
      for (const room of ["state", "loose"]) request.result.createObjectStore(room);
      request.result.createObjectStore("outbox", { keyPath: "n" });
      request.result.createObjectStore("refused", { keyPath: "no" });
      request.result.createObjectStore("chunks", { autoIncrement: true });
    };
    request.onsuccess = () => {
      request.result.close();
      done();
    };
    request.onerror = () => {
      failed(new Error("not made"));
    };
  });
  expect(await readEarly(databaseName(user), () => () => undefined)).toBeNull();
  const phone = await Phone.open(new Server(user), user);
  await phone.records.write("rating", rating(3));
  expect((await phone.restart()).values()).toEqual([3]);
});

it("Y64 Y69 somebody else's that was opened early is closed, and nothing of it is shown", async () => {
  const { server, phone } = await setUp();
  await phone.records.write("rating", rating(6));
  await phone.records.syncNow();
  phone.records.close();
  await wasRead(databaseName(phone.name));
  const other = newPerson();
  const closed = vi.spyOn(IDBDatabase.prototype, "close");
  const store = await Store.open(other, databaseName(other), phone.world);
  expect(closed).toHaveBeenCalledTimes(1);
  expect([...store.base.all()]).toHaveLength(0);
  expect(server.live("rating")).toHaveLength(1);
  store.close();
});

it("Y69 Y73 a page that is frozen while it reads early lets go, and reads anew", async () => {
  const { phone } = await setUp();
  await phone.records.write("rating", rating(8));
  let sleep = (): void => undefined;
  const early = await readEarly(databaseName(phone.name), (left) => {
    sleep = left;
    return () => undefined;
  });
  sleep();
  await expect(early?.rooms).rejects.toThrow();
  expect(() => early?.db.transaction("state")).toThrow();
  expect(await takeEarly(databaseName(phone.name))).toBeNull();
  expect((await phone.restart()).values()).toEqual([8]);
});
