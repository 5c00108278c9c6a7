/** Everything outside that the store and sync use, so that tests can put another world in its place. */

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface World {
  /** Milliseconds since 1970 by this phone's clock, which may be wrong. */
  now(): number;
  random(): number;
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Calls `then` once, `ms` from now, unless cancelled. */
  later(ms: number, then: () => void): () => void;
  /** Calls `then` once what was read is on the screen. */
  shown(then: () => void): void;
  /** Runs `work` while no other tab holds the lock of that name. Rejects where `end` comes before its turn. */
  lock(name: string, work: () => Promise<boolean>, end: AbortSignal): Promise<boolean>;
  /** Other tabs of this person. */
  channel(name: string, hear: (message: unknown) => void): Channel;
  /** Calls `kick` at each of the browser's reasons to try [Y70]; returns how to stop it. */
  reasons(kick: () => void): () => void;
  /** Calls `sleep` when the page is left and may be kept frozen, and `wake` when it is shown again [Y73]; returns how to stop that. */
  frozen(sleep: () => void, wake: () => void): () => void;
}

/** What a page and its service worker have alike. */
export const here: Omit<World, "reasons" | "shown" | "frozen"> = {
  now: () => Date.now(),
  random: () => Math.random(),
  fetch: (path, init) => fetch(path, init),
  later(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  async lock(name, work, end) {
    // an old browser has no locks; then the server's numbers keep two tabs apart
    const { locks } = navigator as { locks?: LockManager };
    return locks ? locks.request(name, { signal: end }, work) : work();
  },
  channel(name, hear) {
    const channel = new BroadcastChannel(name);
    channel.onmessage = (event) => hear(event.data);
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  },
};
