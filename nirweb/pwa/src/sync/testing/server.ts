/** For tests: a small server of one person that keeps to docs/sync.md. */

import { copyId } from "./copy";
import { isAhead, merge, stampAll, type Clocks } from "../../store/stamps";
import type { Body } from "../../store/stored";
import type { WireRow } from "../../store/effects";
import type { Refusal } from "../line";

export const T0 = Date.UTC(2026, 2, 2, 8);

interface WireOp {
  n: number;
  kind: "put" | "delete" | "offer" | "void";
  entity: string;
  id: string;
  hlc: string;
  body?: Body | null;
  seen?: Clocks;
  clocks?: Clocks;
}

export interface WireRequest {
  device: string;
  schema: number;
  epoch: string | null;
  cursor: string | null;
  limit: number;
  ops: WireOp[];
}

interface Device {
  last: number;
  answers: Map<number, { said: string; refusal: Refusal | null }>;
}

interface Kept {
  row: WireRow;
  at: number;
}

/** One person's server. Fields are open, so that a test can make it forget, refuse or go back. */
export class Server {
  nowMs = T0;
  epoch = "epoch-1";
  counter = 0;
  rows = new Map<string, Kept>();
  devices = new Map<string, Device>();
  /** Requests that were acted on. */
  requests: WireRequest[] = [];
  refuse: (op: WireOp) => { code: string; message?: string; errors?: Refusal["errors"] } | null = () => null;
  problem: (request: WireRequest) => { status: number; code: string } | null = () => null;
  /** How many ops had an effect. */
  acted = 0;

  constructor(readonly user: string) {}

  answer(request: WireRequest): { status: number; body: unknown } {
    const problem = this.problem(request) ?? this.standing(request);
    if (problem) return { status: problem.status, body: { code: problem.code, detail: problem.code } };
    this.requests.push(request);
    const device: Device = this.devices.get(request.device) ?? { last: 0, answers: new Map<never, never>() };
    this.devices.set(request.device, device);
    const rejected: Refusal[] = [];
    let resend: number | null = null;
    for (const op of request.ops) {
      if (op.n > device.last + 1) {
        resend = device.last + 1;
        break;
      }
      const known = device.answers.get(op.n);
      if (known && known.said !== JSON.stringify(op)) return { status: 409, body: { code: "device_forked" } };
      const refusal = op.n <= device.last ? (known?.refusal ?? null) : this.act(op);
      device.last = Math.max(device.last, op.n);
      device.answers.set(op.n, { said: JSON.stringify(op), refusal });
      if (refusal) rejected.push(refusal);
    }
    return { status: 200, body: { ack: device.last, rejected, ...this.pull(request), resend_from: resend } };
  }

  /** As if the database was put back to what it was when `copy` was made. */
  copy(): () => void {
    const [rows, devices, counter] = structuredClone([this.rows, this.devices, this.counter] as const);
    return () => {
      Object.assign(this, { rows, devices, counter, epoch: `${this.epoch}+` });
    };
  }

  /** Writes a row as another phone, or the server itself, would. */
  put(entity: string, id: string, body: Body | null, clocks: Clocks = {}, more: Partial<WireRow> = {}): void {
    const row: WireRow = { scope: this.user, entity, id, deleted: body === null, body, clocks, copy_of: null, superseded_by: null, ...more };
    this.rows.set(`${entity} ${id}`, { row, at: ++this.counter });
  }

  live(entity: string): WireRow[] {
    return [...this.rows.values()].map((kept) => kept.row).filter((row) => row.entity === entity && !row.deleted);
  }

  private standing(request: WireRequest): { status: number; code: string } | null {
    const behind = request.cursor !== null && Number(request.cursor) > this.counter;
    if (behind || (request.epoch !== null && request.epoch !== this.epoch)) return { status: 410, code: "epoch_changed" };
    return null;
  }

  private pull(request: WireRequest): object {
    const from = Number(request.cursor ?? 0);
    const news = [...this.rows.values()].filter((kept) => kept.at > from);
    news.sort((one, two) => one.at - two.at);
    const page = news.slice(0, request.limit);
    const more = page.length < news.length;
    return {
      rows: page.map((kept) => structuredClone(kept.row)),
      left: [],
      cursor: String(more ? page.at(-1)?.at : this.counter),
      more,
      epoch: this.epoch,
      now: new Date(this.nowMs).toISOString(),
    };
  }

  private act(op: WireOp): Refusal | null {
    if (op.kind === "void") return null;
    const ahead = isAhead(op.hlc, this.nowMs) ? { code: "clock_ahead" } : null;
    const no = ahead ?? this.refuse(op) ?? this.conflict(op);
    if (no) return { message: no.code, errors: [], ...no, n: op.n, entity: op.entity, id: op.id };
    this.acted++;
    if (op.kind === "delete") this.bury(op);
    else if (op.entity === "regimen" || op.entity === "profile") this.lay(op);
    else if (!this.rows.has(`${op.entity} ${op.id}`) && op.body) this.fact(op, op.body);
    return null;
  }

  private conflict(op: WireOp): { code: string } | null {
    const there = this.rows.get(`${op.entity} ${op.id}`)?.row;
    const fact = op.entity !== "regimen" && op.entity !== "profile";
    return fact && there && JSON.stringify(there.body) !== JSON.stringify(op.body) ? { code: "id_taken" } : null;
  }

  private fact(op: WireOp, body: Body): void {
    this.put(op.entity, op.id, body);
    if (op.entity !== "correction") return;
    const target = this.rows.get(`${String(body["entity"])} ${String(body["supersedes"])}`)?.row;
    if (target) this.put(target.entity, target.id, target.body, {}, { superseded_by: target.superseded_by ?? op.id });
  }

  private lay(op: WireOp): void {
    const there = this.rows.get(`${op.entity} ${op.id}`)?.row;
    if (!op.body) this.bury({ ...op, seen: op.clocks ?? {} });
    else if (!there?.deleted) this.merge(op, op.body, there);
    else if (op.kind === "put") this.lay({ ...op, id: copyId(op.id) });
  }

  private merge(op: WireOp, body: Body, there: WireRow | undefined): void {
    const stamps = op.kind === "offer" ? (op.clocks ?? {}) : stampAll(body, op.hlc);
    const { won, clocks } = merge(there?.clocks ?? {}, body, stamps);
    if (Object.keys(won).length > 0) this.put(op.entity, op.id, { ...there?.body, ...won }, clocks);
  }

  private bury(op: WireOp): void {
    const there = this.rows.get(`${op.entity} ${op.id}`)?.row;
    if (!there || there.deleted) return;
    const unseen = Object.entries(there.clocks).some(([field, at]) => at > (op.seen?.[field] ?? ""));
    if (unseen && op.kind === "offer") return;
    this.put(op.entity, op.id, null, there.clocks);
    if (unseen) this.put(op.entity, copyId(op.id), there.body, there.clocks, { copy_of: op.id });
  }
}
