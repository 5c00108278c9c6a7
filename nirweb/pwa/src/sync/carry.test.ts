import { describe, expect, it } from "vitest";
import { NotCarried, readCarried } from "./carry";
import { Phone, newPerson, rating, REGIMEN, setUp, values } from "./testing/phone";
import type { Server } from "./testing/server";

const OLD = "https://nirweb-aaaa.local:8443";

/** The app at the new origin: the same person, empty storage. */
const arrive = (server: Server): Promise<Phone> => Phone.open(server, newPerson());

describe("carrying over", () => {
  it("H41 H44 takes what waited along, and taken in twice it is one entry", async () => {
    const { server, phone: old } = await setUp();
    old.offline();
    const fact = await old.records.write("rating", rating(4));
    const course = await old.records.write("regimen", REGIMEN);
    await old.records.write("regimen", { minutes: 12 }, { id: course });
    const text = old.records.takeOut(OLD, false);
    const fresh = await arrive(server);
    expect(await fresh.records.takeIn(readCarried(text))).toBe(3);
    expect(await fresh.records.takeIn(readCarried(text))).toBe(0);
    await fresh.records.syncNow();
    fresh.expectSettled();
    expect(server.rows.get(`rating ${fact}`)?.row.body).toEqual(rating(4));
    expect(server.live("regimen").map((row) => row.body?.["minutes"])).toEqual([12]);
  });

  it("H41 R9 takes a reminder along that was put off, once", async () => {
    const { server, phone: old } = await setUp();
    old.offline();
    const putOff = { regimen_id: "r", day: "2026-03-02", minutes: 10 as const, asked_at: "2026-03-02T08:00:00Z" };
    await old.records.putOff(putOff);
    const text = old.records.takeOut(OLD, false);
    const fresh = await arrive(server);
    fresh.offline();
    expect(await fresh.records.takeIn(readCarried(text))).toBe(1);
    expect(await fresh.records.takeIn(readCarried(text))).toBe(0);
    await fresh.online();
    expect(server.putOff).toEqual([putOff]);
  });

  it("H44 what the old app sends after all changes nothing, and a later edit stands", async () => {
    const { server, phone: old } = await setUp();
    old.offline();
    await old.records.write("rating", rating(4));
    const course = await old.records.write("regimen", REGIMEN);
    const text = old.records.takeOut(OLD, true);
    const fresh = await arrive(server);
    await fresh.records.takeIn(readCarried(text));
    await fresh.records.syncNow();
    server.nowMs += 1000;
    await fresh.records.write("regimen", { minutes: 20 }, { id: course });
    await fresh.records.syncNow();
    await old.online();
    old.expectSettled();
    expect(values(server)).toEqual([4]);
    expect(server.live("regimen").map((row) => row.body?.["minutes"])).toEqual([20]);
  });

  it("H42 gives back what a restored server lacks", async () => {
    const { server, phone: old } = await setUp();
    const restore = server.copy();
    await old.records.write("rating", rating(7));
    await old.records.syncNow();
    old.offline();
    const text = old.records.takeOut(OLD, true);
    restore();
    expect(values(server)).toEqual([]);
    const fresh = await arrive(server);
    expect(await fresh.records.takeIn(readCarried(text))).toBe(1);
    await fresh.records.syncNow();
    fresh.expectSettled();
    expect(values(server)).toEqual([7]);
  });

  it("H42 offers nothing that the server has", async () => {
    const { server, phone: old } = await setUp();
    await old.records.write("rating", rating(7));
    await old.records.syncNow();
    const fresh = await arrive(server);
    expect(await fresh.records.takeIn(readCarried(old.records.takeOut(OLD, true)))).toBe(0);
  });

  it("H41 a refused entry goes along, and is refused anew with its words", async () => {
    const { server, phone: old } = await setUp();
    server.refuse = (op) => (op.entity === "rating" ? { code: "invalid" } : null);
    await old.records.write("rating", rating(99));
    await old.records.syncNow();
    const text = old.records.takeOut(OLD, false);
    const fresh = await arrive(server);
    expect(await fresh.records.takeIn(readCarried(text))).toBe(1);
    await fresh.records.syncNow();
    expect(fresh.records.outbox.value.refused.map((one) => one.body?.["value"])).toEqual([99]);
    expect(await fresh.records.takeIn(readCarried(text))).toBe(0);
  });

  it("H43 another person's entries are refused, and nothing of them is kept", async () => {
    const { phone: old } = await setUp();
    old.offline();
    await old.records.write("rating", rating(4));
    const text = old.records.takeOut(OLD, true);
    const { phone: other } = await setUp();
    await expect(other.records.takeIn(readCarried(text))).rejects.toMatchObject({ reason: "another_person" });
    other.expectSettled();
  });

  it.each(["", "null", "7", "[]", "{}", '{"nirweb":"carried entries"}', '{"nirweb":"carried entries","version":2,"user":"u","from":"f","waiting":[null],"refused":[],"rows":[]}'])(
    "H43 what is no such text is told: %s",
    (text) => {
      expect(() => readCarried(text)).toThrow(NotCarried);
    },
  );

  it("H43 a newer version's text is told apart", () => {
    expect(() => readCarried('{"nirweb":"carried entries","version":3,"user":"u","from":"f"}')).toThrow("newer");
  });
});
