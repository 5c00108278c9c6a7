/** For tests: a world whose clock, network and tabs are in the test's hand. */

import "fake-indexeddb/auto";
import type { Channel, World } from "../../store/world";
import type { PutOff } from "../../store/stored";
import type { Server, WireRequest } from "./server";

/** What the network does with a request: lets it through, loses it, or loses the reply. */
export type Fate = "through" | "request lost" | "reply lost";

const nothing = (): void => undefined;

export class TestWorld implements World {
  static readonly channels = new Map<string, Set<(message: unknown) => void>>();
  static readonly locks = new Map<string, Promise<void>>();
  /** This phone's clock minus the server's. */
  skewMs = 0;
  fate: () => Fate = () => "through";
  timers: { at: number; then: () => void }[] = [];
  kicks = new Set<() => void>();
  private readonly frozenOnes = new Set<{ sleep: () => void; wake: () => void }>();
  /** Put to sleep: it hears nothing, and no answer of the network reaches it. */
  private awake: Promise<void> | null = null;
  private awoken: () => void = () => undefined;
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
    await this.awake;
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

  async lock(name: string, work: () => Promise<boolean>, end: AbortSignal): Promise<boolean> {
    const before = TestWorld.locks.get(name) ?? Promise.resolve();
    const mine = before.then(() => {
      end.throwIfAborted();
      return work();
    });
    TestWorld.locks.set(name, mine.then(nothing, nothing));
    return mine;
  }

  channel(name: string, hear: (message: unknown) => void): Channel {
    const hearers = TestWorld.channels.get(name) ?? new Set();
    const hears = (message: unknown): void => {
      if (!this.awake) hear(message);
    };
    TestWorld.channels.set(name, hearers.add(hears));
    return {
      post: (message) => {
        const said: unknown = structuredClone(message);
        for (const one of hearers) if (one !== hears) one(said);
      },
      close: () => hearers.delete(hears),
    };
  }

  reasons(kick: () => void): () => void {
    this.kicks.add(kick);
    return () => this.kicks.delete(kick);
  }

  frozen(sleep: () => void, wake: () => void): () => void {
    const one = { sleep, wake };
    this.frozenOnes.add(one);
    return () => this.frozenOnes.delete(one);
  }

  /** The page is left, and kept by the browser as it is. */
  sleep(): void {
    this.awake = new Promise((shown) => (this.awoken = shown));
    for (const one of this.frozenOnes) one.sleep();
  }

  /** It is shown again. */
  wake(): void {
    this.awake = null;
    this.awoken();
    for (const one of this.frozenOnes) one.wake();
    for (const kick of this.kicks) kick();
  }
}
