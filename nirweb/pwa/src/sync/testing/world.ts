/** For tests: a world whose clock, network and tabs are in the test's hand. */

import "fake-indexeddb/auto";
import type { Channel, World } from "../../store/world";
import type { PutOff } from "../../store/stored";
import type { Server, WireRequest } from "./server";

/** What the network does with a request: lets it through, loses it, or loses the reply. */
export type Fate = "through" | "request lost" | "reply lost";

export class TestWorld implements World {
  static readonly channels = new Map<string, Set<(message: unknown) => void>>();
  static readonly locks = new Map<string, Promise<void>>();
  /** This phone's clock minus the server's. */
  skewMs = 0;
  fate: () => Fate = () => "through";
  timers: { at: number; then: () => void }[] = [];
  kicks = new Set<() => void>();
  signedOut = false;
  /** Somebody else than the person whose server it is. */
  signedInAs: string | null = null;
  tokens = 0;

  constructor(readonly server: Server) {}

  now(): number {
    return this.server.nowMs + this.skewMs;
  }

  random(): number {
    return 0.5;
  }

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const fate = this.fate();
    await Promise.resolve();
    if (fate === "request lost") throw new TypeError("no network");
    const { status, body } = this.said(path, init);
    if (fate === "reply lost") throw new TypeError("no network");
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  }

  private said(path: string, init: RequestInit): { status: number; body: unknown } {
    if (path === "/api/csrf") return { status: 200, body: { token: `token-${++this.tokens}` } };
    if (this.signedOut) return { status: 401, body: { code: "signed_out" } };
    if (path === "/api/me") return { status: 200, body: { id: this.signedInAs ?? this.server.user } };
    if (path === "/api/reminders/snooze") return this.server.putsOff(JSON.parse(init.body as string) as PutOff);
    return this.server.answer(JSON.parse(init.body as string) as WireRequest);
  }

  later(ms: number, then: () => void): () => void {
    const timer = { at: this.server.nowMs + ms, then };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((one) => one !== timer));
  }

  /** Lets time pass until the next timer is due, and calls it. Returns how many ms went by, or null without a timer. */
  tick(): number | null {
    const next = this.timers.sort((one, two) => one.at - two.at).shift();
    if (!next) return null;
    const ms = Math.max(0, next.at - this.server.nowMs);
    this.server.nowMs += ms;
    next.then();
    return ms;
  }

  shown(then: () => void): void {
    then();
  }

  async lock(name: string, work: () => Promise<void>): Promise<void> {
    const before = TestWorld.locks.get(name) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    TestWorld.locks.set(name, mine);
    await mine;
  }

  channel(name: string, hear: (message: unknown) => void): Channel {
    const hearers = TestWorld.channels.get(name) ?? new Set();
    TestWorld.channels.set(name, hearers.add(hear));
    return {
      post: (message) => {
        const said: unknown = structuredClone(message);
        for (const one of hearers) if (one !== hear) one(said);
      },
      close: () => hearers.delete(hear),
    };
  }

  reasons(kick: () => void): () => void {
    this.kicks.add(kick);
    return () => this.kicks.delete(kick);
  }
}
