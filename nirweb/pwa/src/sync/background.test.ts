import { afterEach, describe, expect, it, vi } from "vitest";
import { databaseName } from "../store/early";
import { sendWaiting } from "./background";
import { Phone, newPerson, rating, setUp, values } from "./testing/phone";
import { TestWorld } from "./testing/world";

afterEach(() => vi.restoreAllMocks());

const putOff = (day: string, minutes: 10 | 60 = 10) => ({ regimen_id: "r", day, minutes, asked_at: `${day}T08:00:0${minutes / 10}Z` });

describe("with the page closed", () => {
  it("Y72 what waits is sent, once, and the app finds it sent when it opens", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    for (const value of [1, 2]) await phone.records.write("rating", rating(value));
    phone.records.close();
    expect(await sendWaiting(phone.world)).toBe(false);
    phone.world.fate = () => "through";
    expect(await sendWaiting(phone.world)).toBe(true);
    expect(values(server)).toEqual([1, 2]);
    server.requests = [];
    expect(await sendWaiting(phone.world)).toBe(true);
    expect(server.requests, "nothing waits: nothing is asked").toEqual([]);
    expect(phone.world.timers, "nothing is left to run").toEqual([]);
    const again = await phone.restart();
    again.expectSettled();
    expect(server.acted).toBe(2);
  });

  it("Y68 Y72 an open page and the worker never send at the same time, and the page sees what was sent", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    for (let value = 0; value < 9; value++) await phone.records.write("rating", rating(value));
    phone.world.fate = () => "through";
    const locks = vi.spyOn(phone.world, "lock");
    let atOnce = 0;
    let most = 0;
    const fetch = phone.world.fetch.bind(phone.world);
    phone.world.fetch = async (path, init) => {
      if (path !== "/api/sync") return fetch(path, init);
      most = Math.max(most, ++atOnce);
      // all of them have come this far before the first is done
      await vi.waitFor(() => expect(locks.mock.calls).toHaveLength(3));
      const answer = await fetch(path, init);
      atOnce--;
      return answer;
    };
    await Promise.all([sendWaiting(phone.world), phone.records.syncNow(), sendWaiting(phone.world)]);
    expect(most).toBe(1);
    expect(server.acted).toBe(9);
    await vi.waitFor(() => phone.expectSettled());
  });

  it("Y72 a session that ended keeps everything for the person, and is not tried again", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.write("rating", rating(1));
    phone.world.fate = () => "through";
    phone.world.signedOut = true;
    expect(await sendWaiting(phone.world)).toBe(true);
    expect(server.acted).toBe(0);
    phone.world.signedOut = false;
    server.problem = () => ({ status: 401, code: "signed_out" }); // between one request and the next
    expect(await sendWaiting(phone.world)).toBe(true);
    server.problem = () => null;
    expect((await phone.restart()).records.outbox.value.waiting).toBe(0);
    expect(values(server)).toEqual([1]);
  });

  it("Y41 Y72 what the server refuses is kept and shown, and not sent again and again", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.write("rating", rating(1));
    phone.records.close();
    phone.world.fate = () => "through";
    server.refuse = () => ({ code: "invalid" });
    expect(await sendWaiting(phone.world)).toBe(true);
    const again = await phone.restart();
    expect(again.records.outbox.value).toMatchObject({ waiting: 0, refused: [{ code: "invalid" }] });
  });

  it("Y64 Y72 only who is signed in is sent for, and no database is made for who never used this phone", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.write("rating", rating(1));
    phone.world.fate = () => "through";
    const stranger = newPerson();
    phone.world.signedInAs = stranger;
    expect(await sendWaiting(phone.world)).toBe(true);
    expect(server.acted).toBe(0);
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(databaseName(stranger));
  });
});

describe("a reminder that was put off without a network", () => {
  it("R9 it counts as not synced, survives a restart, and is told once", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.putOff(putOff("2026-03-02"));
    await phone.records.putOff(putOff("2026-03-03"));
    await phone.records.putOff(putOff("2026-03-02", 60));
    expect(phone.records.outbox.value.waiting, "the latest word counts").toBe(2);
    expect(phone.records.signOutGuard()).toEqual({ safe: false, waiting: 2, refused: 0 });
    const again = await phone.restart();
    expect(again.records.outbox.value.waiting).toBe(2);
    await again.online();
    again.expectSettled();
    expect(server.putOff).toEqual([putOff("2026-03-03"), putOff("2026-03-02", 60)]);
    await again.records.syncNow();
    expect(server.putOff).toHaveLength(2);
  });

  it("R9 Y72 it is told with the page closed", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.putOff(putOff("2026-03-02"));
    phone.records.close();
    phone.world.fate = () => "through";
    server.snoozeStatus = 503;
    expect(await sendWaiting(phone.world)).toBe(false);
    server.snoozeStatus = 202;
    expect(await sendWaiting(phone.world)).toBe(true);
    expect(server.putOff).toEqual([putOff("2026-03-02")]);
  });

  it.each([401, 403, 429, 500])("R9 an answer of %i keeps it", async (status) => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.putOff(putOff("2026-03-02"));
    server.snoozeStatus = status;
    await phone.online();
    expect(phone.records.outbox.value.waiting).toBe(1);
  });

  it.each([404, 409])("R9 over, or of a course that is gone (%i): it is let go", async (status) => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.putOff(putOff("2026-03-02"));
    server.snoozeStatus = status;
    await phone.online();
    phone.expectSettled();
  });

  it("R9 another tab sees it", async () => {
    const { server, phone } = await setUp();
    const other = await Phone.open(server, phone.name, new TestWorld(server));
    phone.offline();
    other.offline();
    await phone.records.putOff(putOff("2026-03-02"));
    expect(other.records.outbox.value.waiting).toBe(1);
  });
});
