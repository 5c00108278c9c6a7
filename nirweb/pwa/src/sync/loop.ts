/** When to exchange, and what to do with each answer [Y13, Y14, Y43, Y50-Y56, Y66, Y68, Y70, Y71]. */

import { signal } from "@preact/signals-core";
import { NotSaved } from "../store/not-saved";
import type { WireRow } from "../store/effects";
import type { Op } from "../store/stored";
import type { Store } from "../store/store";
import { Line, type Answer } from "./line";
import { tellPutOff } from "./put-off";
import { rebuild, renewDevice } from "./rebuild";
import type { Trouble } from "./records";
import { giveUp, take, type Heard } from "./take";

const ROWS = 1000;
const OPS = 200;
const OPS_CHARACTERS = 200_000;
const SOON_MS = 200;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;
/** A doorbell may be lost; so often it is looked without one while the app is open. */
const LOOK_MS = 5 * 60_000;

type Step = "go on" | "done" | "failed";
type Problem = Extract<Answer, { kind: "problem" }>;

const STANDSTILLS: Record<string, Trouble> = {
  schema_old: "app_too_old",
  schema_ahead: "server_too_old",
};

/** Whoever holds this lock sends what waits in that database [Y68]. */
export const lockOf = (database: string): string => `${database}-sync`;

export class Loop {
  readonly online = signal(true);
  readonly trouble = signal<Trouble>(null);
  readonly syncing = signal(false);

  private readonly line: Line;
  private readonly stopListening: (() => void)[];
  private running: Promise<void> | null = null;
  /** Ends when the page is put to sleep [Y73]. */
  private stay = new AbortController();
  private wanted = false;
  private stopped = false;
  private failures = 0;
  /** How many ops may go in one request; fewer while one is looked for that spoils it [Y43]. */
  private most = OPS;
  private cancelTimer: () => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly lockName: string,
  ) {
    this.line = new Line(store.world, store.user);
    const { world } = store;
    this.stopListening = [
      world.frozen(
        () => {
          this.stay.abort();
        },
        () => {
          this.stay = new AbortController();
        },
      ),
      world.reasons(() => void this.now()),
    ];
  }

  /** Exchanges everything there is. Never rejects. */
  now(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    this.wanted = true;
    this.running ??= this.work();
    return this.running;
  }

  /** A little later, so that several writes go together. */
  soon(): void {
    if (!this.running) this.after(SOON_MS);
    this.wanted = true;
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer();
    for (const stop of this.stopListening) stop();
  }

  private isOver(stay: AbortSignal): boolean {
    return this.stopped || stay.aborted;
  }

  /** After signing in anew. */
  async signedIn(): Promise<void> {
    this.line.forget();
    await this.now();
  }

  // ── Rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────────
  private async work(): Promise<void> {
    this.cancelTimer();
    this.syncing.value = true;
    const well = await this.rounds();
    this.syncing.value = false;
    this.failures = well ? 0 : this.failures + 1;
    // in one step: what is written from here on starts it anew, what was written after the last round is not forgotten
    this.running = null;
    this.after(well ? (this.wanted ? SOON_MS : LOOK_MS) : this.pause());
  }

  /** One tab at a time [Y68]. False: it has to be tried again. */
  private async rounds(): Promise<boolean> {
    const { signal } = this.stay;
    try {
      // the lock is let go at once when the page is put to sleep, whatever is not answered yet
      return await this.store.world.lock(this.lockName, () => orAsleep(signal, this.turn(signal)), signal);
    } catch (error) {
      if (this.isOver(signal)) return false;
      this.trouble.value = error instanceof NotSaved && error.reason === "phone_full" ? "phone_full" : "server_error";
      return false;
    }
  }

  /** Until nothing is left to do. */
  private async turn(stay: AbortSignal): Promise<boolean> {
    let step: Step;
    await this.store.refresh();
    do {
      this.wanted = false;
      step = await this.round(stay);
    } while (!this.isOver(stay) && this.goesOn(step));
    return step === "done" ? tellPutOff(this.store, this.line) : step !== "failed";
  }

  private goesOn(step: Step): boolean {
    return step === "go on" || (step === "done" && this.wanted);
  }

  /** Rejects where the page was put to sleep before the answer came: another page may have taken its turn since. */
  private async ask(stay: AbortSignal, ...what: Parameters<Line["ask"]>): Promise<Answer> {
    const answer = await this.line.ask(...what);
    stay.throwIfAborted();
    this.online.value = answer.kind !== "offline";
    return answer;
  }

  private async round(stay: AbortSignal): Promise<Step> {
    const ops = batch(this.store.outbox, this.most);
    const { device } = this.store.state;
    const answer = await this.ask(stay, this.store.state, ops, ROWS);
    if (this.stopped || answer.kind === "offline") return "failed";
    if (answer.kind === "problem") return this.refused(stay, answer, ops);
    this.trouble.value = null;
    return this.heard(stay, answer, device, ops);
  }

  private async heard(stay: AbortSignal, heard: Heard, device: string, ops: readonly Op[]): Promise<Step> {
    const { reply } = heard;
    const upTo = ops.at(-1)?.n ?? 0;
    if (reply.ack >= this.store.state.nextN) {
      // the server knows more of this device than it ever wrote: this phone went back in time
      await renewDevice(this.store);
      return "go on";
    }
    await take(this.store, { device, upTo }, heard);
    if (reply.resend_from !== null && !this.store.outbox.some((op) => op.n === reply.resend_from)) return this.startOver(stay, true);
    if (reply.resend_from === null && reply.ack < (ops[0]?.n ?? 0)) return this.fail("server_error");
    this.most = Math.min(OPS, this.most * 2);
    return reply.more || this.store.outbox.length > 0 ? "go on" : "done";
  }

  // ── Problems ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  private async refused(stay: AbortSignal, problem: Problem, ops: readonly Op[]): Promise<Step> {
    const { status, code } = problem;
    if (status === 410) return this.startOver(stay, code === "epoch_changed");
    // removing a phone signs it out: whoever is told of it has signed in anew [Y56]
    if (code === "device_forked" || code === "device_revoked") {
      await renewDevice(this.store);
      return "go on";
    }
    if (status === 401 || code === "other_person") {
      this.line.forget();
      return this.fail("signed_out");
    }
    if ([400, 413, 422].includes(status) && ops.length > 0) return this.narrow(stay, problem, ops);
    return this.fail(STANDSTILLS[code] ?? "server_error", problem.retryAfterMs);
  }

  /** A request was refused for its content: find the op that spoils it [Y43]. */
  private async narrow(stay: AbortSignal, problem: Problem, ops: readonly Op[]): Promise<Step> {
    const [first] = ops;
    if (ops.length > 1 || !first) {
      this.most = Math.ceil(ops.length / 2);
      return "go on";
    }
    const without = await this.ask(stay, this.store.state, [], 1);
    if (without.kind !== "reply") return this.fail("server_error"); // it is not for this op
    await giveUp(this.store, first, problem.words, without);
    return "go on";
  }

  private fail(trouble: Trouble, retryAfterMs: number | null = null): Step {
    this.trouble.value = trouble;
    if (retryAfterMs !== null) this.failures = Math.max(this.failures, Math.ceil(Math.log2(retryAfterMs / FIRST_RETRY_MS)));
    return "failed";
  }

  /** Reads everything again; nothing here is replaced before the last page has come. */
  private async startOver(stay: AbortSignal, offer: boolean): Promise<Step> {
    const rows: WireRow[] = [];
    let from = { ...this.store.state, cursor: null as string | null, epoch: null as string | null };
    for (;;) {
      const answer = await this.ask(stay, from, [], ROWS);
      if (this.stopped || answer.kind === "offline") return "failed";
      if (answer.kind === "problem") return answer.status === 410 ? "failed" : this.refused(stay, answer, []);
      rows.push(...answer.reply.rows);
      from = { ...from, cursor: answer.reply.cursor, epoch: answer.reply.epoch };
      if (answer.reply.more) continue;
      await rebuild(this.store, rows, answer, offer);
      return "go on";
    }
  }

  // ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
  private after(ms: number): void {
    this.cancelTimer();
    if (!this.stopped) this.cancelTimer = this.store.world.later(ms, () => void this.now());
  }

  private pause(): number {
    const ms = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    return ms * (0.75 + this.store.world.random() / 2);
  }
}

/** As `work` ends, but at once where the page is put to sleep before. */
function orAsleep<T>(stay: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const asleep = (): void => {
      reject(new DOMException("put to sleep", "AbortError"));
    };
    stay.addEventListener("abort", asleep);
    void work.then(resolve, reject).finally(() => {
      stay.removeEventListener("abort", asleep);
    });
  });
}

function batch(outbox: readonly Op[], most: number): Op[] {
  const ops: Op[] = [];
  let characters = 0;
  for (const op of outbox) {
    characters += JSON.stringify(op).length;
    if (ops.length >= most || (ops.length > 0 && characters > OPS_CHARACTERS)) break;
    ops.push(op);
  }
  return ops;
}
