import { afterEach, describe, expect, it, vi } from "vitest";
import { newPerson, Phone, rating, REGIMEN, setUp, values } from "./testing/phone";
import { Server } from "./testing/server";

afterEach(() => vi.restoreAllMocks());

describe("starting over", () => {
  it("Y14 a copied phone takes a new device id and sends its own", async () => {
    const { server, phone } = await setUp();
    await phone.records.write("rating", rating(1));
    const device = server.requests[0]?.device ?? "";
    server.devices.set(device, { last: 1, answers: new Map([[1, { said: "another's", refusal: null }]]) });
    await phone.records.syncNow();
    phone.expectSettled();
    expect(values(server)).toEqual([1]);
    expect(server.requests.at(-1)?.device).not.toBe(device);
  });

  it("Y14 a phone that went back in time takes a new device id too", async () => {
    const { server, phone } = await setUp();
    const device = server.requests[0]?.device ?? "";
    server.devices.set(device, { last: 40, answers: new Map<never, never>() });
    await phone.records.syncNow();
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    expect(values(server)).toEqual([1]);
  });

  it("Y52 a phone that was away too long reads everything again, drops what is gone, and keeps its outbox", async () => {
    const { server, phone } = await setUp();
    for (const id of ["a", "b"]) server.put("rating", id, rating(1));
    server.put("regimen", "r", REGIMEN, {});
    await phone.records.syncNow();
    phone.offline();
    await phone.records.write("rating", rating(9));
    await phone.records.write("regimen", { minutes: 5 }, { id: "r" });
    server.rows.delete("rating a");
    server.rows.delete("regimen r");
    let refused = false;
    server.problem = (request) => {
      if (request.cursor === null || refused) return null;
      refused = true;
      return { status: 410, code: "cursor_too_old" };
    };
    await phone.online();
    phone.expectSettled();
    expect(refused).toBe(true);
    expect(phone.values().sort()).toEqual([1, 9]);
    expect(server.live("regimen")[0]?.body, "an edit of what is gone makes it again").toEqual({ ...REGIMEN, minutes: 5 });
  });

  it("Y52 nothing here is replaced before the last page has come", async () => {
    const { server, phone } = await setUp();
    for (let n = 0; n < 1_500; n++) server.put("rating", `id-${n}`, rating(1));
    await phone.records.syncNow();
    server.problem = (request) => (request.cursor === null ? null : { status: 410, code: "cursor_too_old" });
    await phone.records.syncNow();
    expect(phone.records.rows("rating").value).toHaveLength(1_500);
    server.problem = () => null;
    await phone.records.syncNow();
    expect(phone.records.rows("rating").value).toHaveLength(1_500);
  });

  it("Y54 phones give back what a restored server lacks, deletes too", async () => {
    const { server, phone } = await setUp();
    const tablet = await Phone.open(server, newPerson());
    const kept = await phone.records.write("regimen", REGIMEN);
    const doomed = await phone.records.write("regimen", REGIMEN);
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    const restore = server.copy();
    server.nowMs += 60_000;
    await phone.records.write("regimen", { minutes: 5 }, { id: kept });
    await phone.records.remove("regimen", doomed);
    const wrong = await phone.records.write("rating", rating(2));
    await phone.records.syncNow();
    await phone.records.correct("rating", wrong, rating(3));
    await phone.records.syncNow();
    await tablet.records.syncNow();
    restore();
    expect(values(server)).toEqual([1]);
    for (const one of [tablet, phone]) {
      phone.offline();
      await one.online();
      one.expectSettled();
      expect(server.live("regimen").map((row) => row.body?.["minutes"])).toEqual([5]);
      expect(values(server)).toEqual([1, 2, 3]);
      expect(server.rows.get(`rating ${wrong}`)?.row.superseded_by).not.toBeNull();
      expect(one.values().sort()).toEqual([1, 3]);
    }
    expect(server.live("correction")).toHaveLength(1);
  });

  it("Y53 a server that asks for ops this phone no longer has went back: everything is given again", async () => {
    const { server, phone } = await setUp();
    await phone.records.write("rating", rating(1));
    await phone.records.syncNow();
    const epoch = server.epoch;
    server.devices.clear();
    server.rows.clear();
    await phone.records.write("rating", rating(2));
    await phone.records.syncNow();
    phone.expectSettled();
    expect(server.epoch).toBe(epoch);
    expect(values(server)).toEqual([1, 2]);
  });

  it("Y54 an edit that waited while the server was restored finds its row again", async () => {
    const { server, phone } = await setUp();
    const restore = server.copy();
    const id = await phone.records.write("regimen", REGIMEN);
    await phone.records.syncNow();
    phone.offline();
    await phone.records.write("regimen", { minutes: 5 }, { id });
    restore();
    server.refuse = (op) => (op.kind === "put" && !server.rows.has(`regimen ${op.id}`) ? { code: "invalid" } : null);
    await phone.online();
    phone.expectSettled();
    expect(server.live("regimen")[0]?.body).toEqual({ ...REGIMEN, minutes: 5 });
  });

  it("Y55 an offered session is shown as what the server made of it, once", async () => {
    const { server, phone } = await setUp();
    const restore = server.copy();
    server.put("session", "s", { sites: ["face"] });
    server.put("panel", "p", { name: "Panel" });
    await phone.records.syncNow();
    restore();
    const offers: string[] = [];
    server.refuse = (op) => {
      offers.push(op.entity);
      if (op.entity === "session") server.put("session_log", op.id, { how: "restored" });
      return null;
    };
    vi.spyOn(server, "put").mockImplementation(function (this: Server, ...args) {
      if (args[0] !== "session") Server.prototype.put.apply(this, args);
    });
    await phone.records.syncNow();
    expect(offers).toEqual(["session"]);
    expect(phone.records.rows("session").value).toEqual([]);
    expect(phone.records.rows("session_log").value).toHaveLength(1);
    expect(phone.records.rows("panel").value).toEqual([]);
  });
});

describe("scopes", () => {
  it("Y25 Y26 what a person may no longer read goes, what moved on stays", async () => {
    const { server, phone } = await setUp();
    server.put("panel", "p1", { name: "one" }, {}, { scope: "home" });
    server.put("panel", "p2", { name: "two" }, {}, { scope: "home" });
    await phone.records.syncNow();
    server.put("panel", "p2", { name: "two" }, {}, { scope: "cabin" });
    await phone.records.syncNow();
    server.put("panel", "p2", null, {}, { scope: "home" });
    await phone.records.syncNow();
    expect(phone.records.rows("panel").value.map((row) => row.id)).toEqual(["p1", "p2"]);
    const answer = server.answer.bind(server);
    vi.spyOn(server, "answer").mockImplementationOnce((request) => {
      const { status, body } = answer(request);
      return { status, body: { ...(body as object), left: ["home"] } };
    });
    await phone.records.syncNow();
    expect(phone.records.rows("panel").value.map((row) => row.id)).toEqual(["p2"]);
    expect((await phone.restart()).records.rows("panel").value.map((row) => row.id)).toEqual(["p2"]);
  });

  it("Y35 an edit of a row that was deleted elsewhere stays in sight until its copy comes", async () => {
    const { server, phone } = await setUp();
    const id = await phone.records.write("regimen", REGIMEN);
    await phone.records.syncNow();
    const tablet = await Phone.open(server, newPerson());
    await tablet.records.remove("regimen", id);
    await tablet.records.syncNow();
    phone.offline();
    await phone.records.write("regimen", { minutes: 5 }, { id });
    expect(phone.records.rows("regimen").value.map((row) => row.body.minutes)).toEqual([5]);
    await phone.online();
    expect(phone.records.rows("regimen").value.map((row) => [row.body.minutes, row.state])).toEqual([[5, "synced"]]);
    expect(phone.records.rows("regimen").value[0]?.id).not.toBe(id);
  });
});

describe("two tabs", () => {
  it("Y68 a tab that is still reading when another writes misses nothing and does not fall", async () => {
    const { server, phone } = await setUp();
    const opening = Phone.open(server, phone.name);
    await phone.records.write("rating", rating(7)); // heard before the first read is over
    const other = await opening;
    await vi.waitFor(() => expect(other.values()).toEqual([7]));
  });
});
