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
  /** Runs `work` while no other tab holds the lock of that name. */
  lock(name: string, work: () => Promise<void>): Promise<void>;
  /** Other tabs of this person. */
  channel(name: string, hear: (message: unknown) => void): Channel;
  /** Calls `kick` at each of the browser's reasons to try [Y70]; returns how to stop it. */
  reasons(kick: () => void): () => void;
}

/** What a page and its service worker have alike. */
export const here: Omit<World, "reasons" | "shown"> = {
  now: () => Date.now(),
  random: () => Math.random(),
  fetch: (path, init) => fetch(path, init),
  later(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  async lock(name, work) {
    // an old browser has no locks; then the server's numbers keep two tabs apart
    const { locks } = navigator as { locks?: LockManager };
    await (locks ? locks.request(name, work) : work());
  },
  channel(name, hear) {
    const channel = new BroadcastChannel(name);
    channel.onmessage = (event) => hear(event.data);
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  },
};
