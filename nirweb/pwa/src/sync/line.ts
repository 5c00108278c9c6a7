/** One request to the server and what came of it [Y1, Y66]. */

import type { WireRow } from "../store/effects";
import type { Op, State } from "../store/stored";
import type { World } from "../store/world";

export const SCHEMA = 1;
const PATIENCE_MS = 30_000;

export interface Refusal {
  n: number;
  entity: string;
  id: string;
  code: string;
  message: string;
  errors: { field: string; message: string }[];
}

export interface Reply {
  ack: number;
  rejected: Refusal[];
  rows: WireRow[];
  left: string[];
  cursor: string;
  more: boolean;
  epoch: string;
  now: string;
  resend_from: number | null;
}

export type Answer =
  | { kind: "reply"; reply: Reply; serverNowMs: number; offsetMs: number }
  | { kind: "problem"; status: number; code: string; words: string; retryAfterMs: number | null }
  | { kind: "offline" };

interface Heard {
  response: Response;
  said: unknown;
  /** By this phone's clock. */
  sent: number;
}

/** Remembers the CSRF token; a refused one is renewed once. */
export class Line {
  private csrf: string | null = null;

  constructor(
    private readonly world: World,
    /** Whose records these are: a server that has somebody else signed in takes nothing [M63]. */
    private readonly person: string,
  ) {}

  forget(): void {
    this.csrf = null;
  }

  async ask(state: State, ops: readonly Op[], limit: number): Promise<Answer> {
    const heard = await this.post("/api/sync", {
      device: state.device, person: this.person, schema: SCHEMA, epoch: state.epoch, cursor: state.cursor, limit, ops: ops.map(travelling),
    });
    if (!heard) return { kind: "offline" };
    const { response, said, sent } = heard;
    if (!response.ok) return problem(response, said);
    if (!isReply(said)) return { kind: "offline" };
    const serverNowMs = Date.parse(said.now);
    return { kind: "reply", reply: said, serverNowMs, offsetMs: Math.round(serverNowMs - (sent + this.world.now()) / 2) };
  }

  /** Tells the server something that is no op; the status of its answer, or null when it is out of reach. */
  async tell(path: string, body: unknown): Promise<number | null> {
    return (await this.post(path, body))?.response.status ?? null;
  }

  private async post(path: string, body: unknown): Promise<Heard | null> {
    const heard = await this.once(path, JSON.stringify(body));
    if (heard?.response.status !== 403 || codeOf(heard.said) !== "csrf_failed") return heard;
    this.csrf = null;
    return this.once(path, JSON.stringify(body));
  }

  private async once(path: string, body: string): Promise<Heard | null> {
    try {
      this.csrf ??= await this.token();
      const sent = this.world.now();
      const response = await this.fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf },
        body,
      });
      return { response, said: await response.json(), sent };
    } catch {
      return null; // no network, too slow, or somebody else's page where the server's answer should be
    }
  }

  private async token(): Promise<string> {
    const said = (await (await this.fetch("/api/csrf", {})).json()) as { token?: unknown };
    if (typeof said.token !== "string") throw new TypeError("no token");
    return said.token;
  }

  private fetch(path: string, init: RequestInit): Promise<Response> {
    return this.world.fetch(path, {
      credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...init,
    });
  }
}

function travelling(op: Op): unknown {
  const { n, kind, entity, id, hlc, body, seen, clocks } = op;
  switch (kind) {
    case "put":
      return { n, kind, entity, id, hlc, body };
    case "delete":
      return { n, kind, entity, id, hlc, seen };
    case "offer":
      return { n, kind, entity, id, hlc, body: body ?? null, clocks: clocks ?? {} };
    case "void":
      return { n, kind };
  }
}

function isReply(said: unknown): said is Reply {
  const one = said as Partial<Reply> | null;
  return (
    typeof one?.ack === "number" && Array.isArray(one.rows) && Array.isArray(one.rejected) && Array.isArray(one.left) &&
    typeof one.cursor === "string" && typeof one.epoch === "string" && typeof one.now === "string" && !Number.isNaN(Date.parse(one.now))
  );
}

function codeOf(said: unknown): string {
  const { code } = (said ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

function problem(response: Response, said: unknown): Answer {
  const { detail } = (said ?? {}) as { detail?: unknown };
  const seconds = Number(response.headers.get("Retry-After"));
  return {
    kind: "problem",
    status: response.status,
    code: codeOf(said),
    words: typeof detail === "string" ? detail : "",
    retryAfterMs: seconds > 0 ? seconds * 1000 : null,
  };
}
