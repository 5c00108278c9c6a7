/** For tests: a small server of one person that keeps to docs/sync.md. */

import { copyId } from "./copy";
import { MERGED } from "../../store/entities";
import { isAhead, merge, stampAll, type Clocks } from "../../store/stamps";
import type { Body, PutOff } from "../../store/stored";
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
  person: string;
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
  /** What deleted rows held, for the copies of edits. */
  graves = new Map<string, Body | null>();
  devices = new Map<string, Device>();
  /** Requests that were acted on. */
  requests: WireRequest[] = [];
  refuse: (op: WireOp) => { code: string; message?: string; errors?: Refusal["errors"] } | null = () => null;
  problem: (request: WireRequest) => { status: number; code: string } | null = () => null;
  /** Reminders that were put off. */
  putOff: PutOff[] = [];
  snoozeStatus = 202;
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

  putsOff(one: PutOff): { status: number; body: unknown } {
    if (this.snoozeStatus === 202) this.putOff.push(one);
    return { status: this.snoozeStatus, body: {} };
  }

  /** As if the database was put back to what it was when `copy` was made. */
  copy(): () => void {
    const [rows, graves, devices, counter] = structuredClone([this.rows, this.graves, this.devices, this.counter] as const);
    return () => {
      Object.assign(this, { rows, graves, devices, counter, epoch: `${this.epoch}+` });
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
    const no = ahead ?? this.refuse(op) ?? this.conflict(op) ?? this.does(op);
    if (no) return { message: no.code, errors: [], ...no, n: op.n, entity: op.entity, id: op.id };
    this.acted++;
    return null;
  }

  private does(op: WireOp): { code: string } | null {
    const { entity, id, body } = op;
    if (!body) this.bury(op, op.seen ?? op.clocks ?? {});
    else if (MERGED.has(entity)) {
      const stamps = op.kind === "offer" ? (op.clocks ?? {}) : stampAll(body, op.hlc);
      return this.lay(op, id, body, stamps) ? null : { code: "invalid" };
    } else if (!this.rows.has(`${entity} ${id}`)) this.fact(op, body);
    return null;
  }

  private conflict(op: WireOp): { code: string } | null {
    const there = this.rows.get(`${op.entity} ${op.id}`)?.row;
    return !MERGED.has(op.entity) && there && JSON.stringify(there.body) !== JSON.stringify(op.body) ? { code: "id_taken" } : null;
  }

  private fact(op: WireOp, body: Body): void {
    this.put(op.entity, op.id, body);
    if (op.entity !== "correction") return;
    const target = this.rows.get(`${String(body["entity"])} ${String(body["supersedes"])}`)?.row;
    if (target) this.put(target.entity, target.id, target.body, {}, { superseded_by: target.superseded_by ?? op.id });
  }

  /** Lays fields over the row `id`, or over its copy when it is deleted. False: too little of the row is known to make it. */
  private lay(op: WireOp, id: string, body: Body, stamps: Clocks, from: WireRow | null = null): boolean {
    const there = this.rows.get(`${op.entity} ${id}`)?.row;
    if (!there?.deleted) return this.merged(op.entity, id, body, stamps, there, there ?? from);
    if (op.kind === "offer" && !unseen(stamps, there.clocks)) return true;
    return this.lay({ ...op, kind: "put" }, copyId(id), body, stamps, { ...there, body: this.graves.get(id) ?? {} });
  }

  private merged(entity: string, id: string, body: Body, stamps: Clocks, there: WireRow | undefined, under: WireRow | null): boolean {
    const { won, clocks } = merge(under?.clocks ?? {}, body, stamps);
    if (Object.keys(won).length === 0) return true;
    const whole: Body = { ...under?.body, ...won };
    if (entity === "regimen" && !("aim" in whole)) return false;
    this.put(entity, id, whole, clocks, { copy_of: there ? there.copy_of : (under?.id ?? null) });
    return true;
  }

  private bury(op: WireOp, seen: Clocks): void {
    const there = this.rows.get(`${op.entity} ${op.id}`)?.row;
    if (!there && op.kind === "offer") this.put(op.entity, op.id, null, seen);
    if (!there?.body) return;
    this.graves.set(op.id, there.body);
    this.put(op.entity, op.id, null, there.clocks);
    if (unseen(there.clocks, seen)) this.lay(op, copyId(op.id), there.body, there.clocks, { ...there, body: {}, clocks: {} });
  }
}

const unseen = (clocks: Clocks, seen: Clocks): boolean => Object.entries(clocks).some(([field, at]) => at > (seen[field] ?? ""));
