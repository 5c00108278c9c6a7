import { afterEach, describe, expect, it, vi } from "vitest";
import { rating, setUp, values } from "./testing/phone";

afterEach(() => vi.restoreAllMocks());

describe("sending", () => {
  it("Y11 an op leaves the outbox only when it was acknowledged, and acts once however often it was sent", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    for (const value of [1, 2, 3]) await phone.records.write("rating", rating(value));
    phone.world.fate = () => "reply lost";
    await phone.records.syncNow();
    expect(phone.records.outbox.value.waiting).toBe(3);
    expect(values(server)).toEqual([1, 2, 3]);
    await phone.online();
    phone.expectSettled();
    expect(server.acted).toBe(3);
  });

  it("Y12 an app that was killed between sending and hearing sends the same again", async () => {
    const { server, phone } = await setUp();
    phone.offline();
    await phone.records.write("rating", rating(1));
    phone.world.fate = () => "reply lost";
    await phone.records.syncNow();
    phone.world.fate = () => "through";
    const again = await phone.restart();
    again.expectSettled();
    expect(server.acted).toBe(1);
    expect(again.values()).toEqual([1]);
  });

  it("Y2 many ops go in several requests, rows come in pages", async () => {
    const { server, phone } = await setUp();
    for (let n = 0; n < 2_500; n++) server.put("rating", `id-${String(n).padStart(4, "0")}`, rating(n % 11));
    phone.offline();
    for (let n = 0; n < 450; n++) await phone.records.write("rating", rating(n % 11));
    server.requests = [];
    await phone.online();
    phone.expectSettled();
    expect(Math.max(...server.requests.map((one) => one.ops.length))).toBe(200);
    expect(phone.records.rows("rating").value).toHaveLength(2_950);
  });

  it("Y70 it sends a little after a write, several writes together", async () => {
    const { server, phone } = await setUp();
    server.requests = [];
    for (const value of [1, 2, 3]) await phone.records.write("rating", rating(value));
    expect(server.requests).toHaveLength(0);
    expect(phone.world.tick()).toBe(200);
    await vi.waitFor(() => phone.expectSettled());
    expect(server.requests.map((one) => one.ops.length)).toEqual([3, 0].slice(0, server.requests.length));
  });

  it("Y70 what is written after the last round, while its lock is let go, is sent a little after too", async () => {
    const { server, phone } = await setUp();
    const lock = phone.world.lock.bind(phone.world);
    vi.spyOn(phone.world, "lock").mockImplementationOnce(async (...asked) => {
      const well = await lock(...asked);
      await phone.records.write("rating", rating(4));
      return well;
    });
    await phone.records.syncNow();
    expect(phone.world.tick()).toBe(200);
    await vi.waitFor(() => phone.expectSettled());
    expect(values(server)).toEqual([4]);
  });

  it("Y70 it tries at each of the browser's reasons, and no more after closing", async () => {
    const { server, phone } = await setUp();
    server.put("rating", "a", rating(7));
    for (const kick of phone.world.kicks) kick();
    await vi.waitFor(() => expect(phone.values()).toEqual([7]));
    phone.records.close();
    expect(phone.world.kicks.size).toBe(0);
    expect(phone.world.tick()).toBeNull();
  });

  it("Y71 after failures it waits 1 s, doubling to 60 s, and begins anew after a success", async () => {
    const { phone } = await setUp();
    phone.offline();
    await phone.records.syncNow();
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) {
      waits.push(phone.world.tick() ?? -1);
      await vi.waitFor(() => expect(phone.world.timers).toHaveLength(1));
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
    await phone.online();
    phone.offline();
    await phone.records.syncNow();
    expect(phone.world.tick()).toBe(1000);
  });

  it("Y66 it is offline when trying failed, and online when it went well", async () => {
    const { phone } = await setUp();
    expect(phone.records.online.value).toBe(true);
    phone.offline();
    await phone.records.syncNow();
    expect(phone.records.online.value).toBe(false);
    await phone.online();
    expect(phone.records.online.value).toBe(true);
  });

  it.each([
    ["a page of a hotel's network", "<html>Welcome</html>"],
    ["JSON of somebody else", '{"hello": 1}'],
    ["nothing", ""],
    ["null", "null"],
  ])("Y66 %s in the place of the answer is no answer", async (_why, text) => {
    const { server, phone } = await setUp();
    await phone.records.write("rating", rating(1));
    vi.spyOn(phone.world, "fetch").mockImplementation(() => Promise.resolve(new Response(text, { status: 200 })));
    await phone.records.syncNow();
    expect(phone.records.online.value).toBe(false);
    expect(phone.records.outbox.value.waiting).toBe(1);
    vi.restoreAllMocks();
    await phone.online();
    expect(values(server)).toEqual([1]);
  });
});

describe("standing still", () => {
  it("M63 each request names the person whose records it is of, and one that is refused for it does nothing here", async () => {
    const { server, phone } = await setUp();
    server.requests = [];
    await phone.records.syncNow();
    expect(server.requests.map((one) => one.person)).toEqual([phone.records.user]);
    server.put("rating", "somebody-elses", rating(9));
    server.problem = (request) => (request.person === phone.records.user ? { status: 409, code: "other_person" } : null);
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(phone.values()).toEqual([1]);
    expect(phone.records.outbox.value.waiting).toBe(1);
  });

  it.each([
    [409, "schema_old", "app_too_old"],
    [409, "schema_ahead", "server_too_old"],
    [401, "signed_out", "signed_out"],
    [409, "other_person", "signed_out"],
    [500, "failed", "server_error"],
    [503, "busy", "server_error"],
    [404, "not_found", "server_error"],
  ])("Y50 %i %s keeps the outbox and says why", async (status, code, trouble) => {
    const { server, phone } = await setUp();
    server.problem = () => ({ status, code });
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(phone.records.trouble.value).toBe(trouble);
    expect(phone.records.online.value).toBe(true);
    expect(phone.records.outbox.value.waiting).toBe(1);
    server.problem = () => null;
    await phone.records.syncNow();
    expect(phone.records.trouble.value).toBeNull();
    phone.expectSettled();
  });

  it("Y56 a removed phone that is signed in anew sends what it kept under a new device id", async () => {
    const { server, phone } = await setUp();
    const removed = server.requests[0]?.device;
    server.problem = (request) => (request.device === removed ? { status: 403, code: "device_revoked" } : null);
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    phone.expectSettled();
    expect(values(server)).toEqual([1]);
  });

  it("it renews a CSRF token that the server does not take any more, once", async () => {
    const { server, phone } = await setUp();
    server.problem = () => {
      server.problem = () => null;
      return { status: 403, code: "csrf_failed" };
    };
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    phone.expectSettled();
    expect(phone.world.tokens).toBe(2);
  });

  it("Y60 a phone that is full keeps what waits and what it has", async () => {
    const { server, phone } = await setUp();
    await phone.records.write("rating", rating(1));
    server.put("rating", "z", rating(2));
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await phone.records.syncNow();
    expect(phone.records.trouble.value).toBe("phone_full");
    full.mockRestore();
    expect(phone.records.outbox.value.waiting).toBe(1);
    await phone.records.syncNow();
    phone.expectSettled();
    expect(phone.values()).toEqual([1, 2]);
    expect(server.acted).toBe(1);
  });
});
