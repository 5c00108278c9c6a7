import { describe, expect, it } from "vitest";
import type { Body } from "../store/stored";
import { newPerson, Phone, rating, REGIMEN, setUp, values } from "./testing/phone";
import { Server, type WireRequest } from "./testing/server";
import { TestWorld } from "./testing/world";

describe("refusals", () => {
  it("Y40 a refused op is kept and shown, and holds nothing up", async () => {
    const { server, phone } = await setUp();
    server.refuse = (op) => (op.body?.["value"] === 99 ? { code: "invalid", errors: [{ field: "value", message: "at most 10" }] } : null);
    const ids = [];
    for (const value of [1, 99, 3]) ids.push(await phone.records.write("rating", rating(value)));
    await phone.records.syncNow();
    expect(values(server)).toEqual([1, 3]);
    const { waiting, refused } = phone.records.outbox.value;
    expect(waiting).toBe(0);
    expect(refused).toMatchObject([{ entity: "rating", id: ids[1], code: "invalid", body: rating(99), errors: [{ field: "value" }] }]);
    expect(phone.records.rows("rating").value.map((row) => row.state)).toEqual(["synced", "refused", "synced"]);
    const again = await phone.restart();
    expect(again.records.outbox.value.refused).toEqual(refused);
  });

  it("Y41 a mended op goes under a new number, and what was refused for its sake goes with it", async () => {
    const { server, phone } = await setUp();
    const there = (id: unknown): boolean => server.rows.has(`checkin ${String(id)}`);
    server.refuse = (op) => {
      if (op.entity === "checkin" && op.body?.["comfort"] === 99) return { code: "invalid" };
      return op.entity === "hold_release" && !there(op.body?.["checkin_id"]) ? { code: "parent_missing" } : null;
    };
    const checkin = await phone.records.write("checkin", { comfort: 99 } as never);
    await phone.records.write("hold_release", { checkin_id: checkin } as never);
    await phone.records.syncNow();
    const [parent] = phone.records.outbox.value.refused;
    expect(phone.records.outbox.value.refused).toHaveLength(2);
    await phone.records.fixRefused(parent?.opNo ?? 0, { comfort: 9 });
    await phone.records.syncNow();
    phone.expectSettled();
    expect(server.live("hold_release")).toHaveLength(1);
    expect(server.rows.get(`checkin ${checkin}`)?.row.body).toEqual({ comfort: 9 });
    const numbers = server.requests.flatMap((one) => one.ops.map((op) => op.n));
    expect(numbers).toEqual([1, 2, 3, 4]);
  });

  it("Y41 it is discarded only on the person's word, and can be exported", async () => {
    const { server, phone } = await setUp();
    server.refuse = () => ({ code: "invalid" });
    await phone.records.write("rating", rating(99));
    await phone.records.syncNow();
    phone.offline();
    await phone.records.write("rating", rating(2));
    const text = phone.records.takeOut("https://light.example.org", false);
    const saved = JSON.parse(text) as { waiting: { body: Body }[]; refused: { op: { body: Body }; code: string }[] };
    expect(saved.waiting.map((op) => op.body)).toEqual([rating(2)]);
    expect(saved.refused.map((one) => [one.op.body, one.code])).toEqual([[rating(99), "invalid"]]);
    expect(phone.records.signOutGuard()).toEqual({ safe: false, waiting: 1, refused: 1 });
    await phone.records.discardRefused(phone.records.outbox.value.refused[0]?.opNo ?? 0);
    expect(phone.records.outbox.value.refused).toEqual([]);
    expect(phone.values()).toEqual([2]);
  });

  it("Y42 a clock that is a year ahead mends itself: stamped anew, sent again, nothing asked", async () => {
    const user = newPerson();
    const server = new Server(user);
    const world = new TestWorld(server);
    world.skewMs = 365 * 24 * 3600 * 1000;
    world.fate = () => "request lost";
    const phone = await Phone.open(server, user, world);
    const id = await phone.records.write("regimen", REGIMEN);
    await phone.records.write("regimen", { minutes: 5 }, { id });
    await phone.online();
    phone.expectSettled();
    expect(server.live("regimen")[0]?.body).toEqual({ ...REGIMEN, minutes: 5 });
    expect(Math.abs(phone.records.now() - server.nowMs)).toBeLessThan(1000);
    const clocks = Object.values(server.live("regimen")[0]?.clocks ?? {});
    expect(Math.max(...clocks.map((one) => parseInt(one.slice(0, 12), 16)))).toBeLessThan(server.nowMs + 60_000);
  });

  it("Y42 a clock that is wrong for good ends with the op shown, not with sending for ever", async () => {
    const { server, phone } = await setUp();
    server.refuse = () => ({ code: "clock_ahead" });
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(phone.records.outbox.value.refused).toMatchObject([{ code: "clock_ahead" }]);
    expect(server.requests.length).toBeLessThan(10);
  });

  it("Y30 a phone whose clock is years behind wins over what it has seen", async () => {
    const { server, phone } = await setUp();
    const id = await phone.records.write("regimen", REGIMEN);
    await phone.records.syncNow();
    phone.world.skewMs = -20 * 365 * 24 * 3600 * 1000;
    await phone.records.write("regimen", { minutes: 5 }, { id });
    await phone.records.syncNow();
    expect(server.live("regimen")[0]?.body?.["minutes"]).toBe(5);
  });

  it("Y43 an op that no request gets through with is found, kept as refused, and its number given up", async () => {
    const { server, phone } = await setUp();
    const poison = (request: WireRequest): boolean => request.ops.some((op) => op.body?.["note"] === "poison");
    server.problem = (request) => (poison(request) ? { status: 400, code: "bad_text" } : null);
    for (let n = 0; n < 9; n++) await phone.records.write("rating", rating(n, n === 5 ? "poison" : ""));
    await phone.records.syncNow();
    expect(values(server)).toEqual([0, 1, 2, 3, 4, 6, 7, 8]);
    expect(phone.records.outbox.value).toMatchObject({ waiting: 0, refused: [{ code: "unsendable", message: "bad_text" }] });
    expect(server.requests.flatMap((one) => one.ops).filter((op) => op.kind === "void").map((op) => op.n)).toEqual([6]);
  });

  it("Y43 it gives no op up when the server takes no request at all", async () => {
    const { server, phone } = await setUp();
    server.problem = () => ({ status: 422, code: "invalid" });
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(phone.records.outbox.value).toEqual({ waiting: 1, refused: [] });
    expect(phone.records.trouble.value).toBe("server_error");
  });
});
