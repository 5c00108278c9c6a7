/** Takes a reply in, in one transaction: answers, rows, cursor, clock [Y11, Y41, Y42, Y62, Y63]. */

import { Effects } from "../store/effects";
import { isAhead, latest } from "../store/stamps";
import { keyOf, type Op, type RefusedOp, type State } from "../store/stored";
import type { Store, Work } from "../store/store";
import type { Refusal, Reply } from "./line";

/** So often an op is stamped anew for a wrong clock before the person is asked. */
const RESTAMPS = 3;

export interface Heard {
  reply: Reply;
  serverNowMs: number;
  offsetMs: number;
}

/** `sent`: the device the request was made for, and the last number that went with it. Another device's reply changes nothing. */
export async function take(store: Store, sent: { device: string; upTo: number }, heard: Heard): Promise<void> {
  await store.change("relaxed", async (work) => {
    const { state } = work;
    if (state.device !== sent.device) return undefined;
    setClock(state, heard);
    const effects = new Effects(store.base, store.user);
    const upTo = Math.min(sent.upTo, heard.reply.ack);
    await takeAnswers(work, effects, heard, upTo);
    const waiting = new Set(store.outbox.filter((op) => op.n > upTo).map((op) => keyOf(op.entity, op.id)));
    for (const row of heard.reply.rows) effects.row(row, waiting.has(keyOf(row.entity, row.id)));
    for (const scope of heard.reply.left) effects.leave(scope);
    state.stamp = latest([state.stamp, ...heard.reply.rows.flatMap((row) => Object.values(row.clocks))]);
    state.cursor = heard.reply.cursor;
    state.epoch = heard.reply.epoch;
    if (!heard.reply.more) state.lastSync = heard.serverNowMs;
    return effects.difference();
  });
}

/** Seeds this phone's clock from the server's; a stamp from a wrong clock is forgotten, or all later ones would be refused too. */
export function setClock(state: State, { offsetMs, serverNowMs }: Pick<Heard, "offsetMs" | "serverNowMs">): void {
  state.offsetMs = offsetMs;
  if (isAhead(state.stamp, serverNowMs)) state.stamp = "";
}

async function takeAnswers(work: Work, effects: Effects, { reply, serverNowMs }: Heard, upTo: number): Promise<void> {
  const outbox = work.tx.objectStore("outbox");
  const refusals = new Map(reply.rejected.map((one) => [one.n, one]));
  const answered = await outbox.getAll(IDBKeyRange.upperBound(upTo));
  for (const op of answered) {
    await outbox.delete(op.n);
    const refusal = refusals.get(op.n);
    if (!refusal) effects.done(op);
    else if (refusal.code === "clock_ahead" && (op.restamped ?? 0) < RESTAMPS) await again(work, op);
    else await refuse(work, op, refusal, serverNowMs);
  }
}

/** The same write under a new number and with a stamp of the right clock [Y42]. */
async function again(work: Work, op: Op): Promise<void> {
  // its number and stamp are given anew
  await work.enqueue({ ...op, restamped: (op.restamped ?? 0) + 1 });
}

/** Keeps an op that the server did not take, for the person to see [Y41]. */
export async function refuse(work: Work, op: Op, refusal: Pick<Refusal, "code" | "message" | "errors">, atMs: number): Promise<void> {
  if (op.kind === "void") return;
  const { code, message, errors } = refusal;
  const refused: RefusedOp = { no: work.state.nextRefused++, op, code, message, errors, at: atMs };
  await work.tx.objectStore("refused").put(refused);
}

/** Keeps one op as refused that no request gets through with, and sends nothing in its place, under its number [Y43]. */
export async function giveUp(store: Store, op: Op, words: string, { serverNowMs }: Pick<Heard, "serverNowMs">): Promise<void> {
  await store.change("strict", async (work) => {
    const outbox = work.tx.objectStore("outbox");
    if ((await outbox.get(op.n))?.hlc !== op.hlc) return undefined;
    await refuse(work, op, { code: "unsendable", message: words || "The server cannot read this entry.", errors: [] }, serverNowMs);
    await outbox.put({ n: op.n, kind: "void", entity: op.entity, id: op.id, hlc: op.hlc });
    return undefined;
  });
}
