import type { components } from "../sync/schema";

/** What went wrong with a request, in words for the screen (RFC 9457 where the server could say it). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
    this.name = "Problem";
  }

  /** The server could not be asked at all: no network, or it is not running. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

export const PATIENCE_MS = 12_000;
let csrf: Promise<string> | null = null;

async function freshToken(): Promise<string> {
  const reply = await ask("/api/csrf", {});
  return ((await reply.json()) as { token: string }).token;
}

/** Django wants it back with every change; a new one comes with every sign-in and sign-out. */
export function csrfToken(): Promise<string> {
  csrf ??= freshToken().catch((error: unknown) => {
    csrf = null;
    throw error;
  });
  return csrf;
}
export function forgetCsrf(): void {
  csrf = null;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS), ...init });
  } catch {
    throw unreachable();
  }
}

export const unreachable = (): Problem =>
  new Problem(0, "unreachable", navigator.onLine ? "The server does not answer. Try again in a moment." : "You are offline.");

type ProblemBody = Partial<components["schemas"]["ProblemOut"]>;

export async function problemOf(reply: Response): Promise<Problem> {
  const body = (await reply.json().catch(() => ({}))) as ProblemBody;
  const words = body.detail ? `${body.detail} ${body.next ?? ""}`.trim() : "Something went wrong on the server. Nothing was changed.";
  return new Problem(reply.status, body.code ?? `http_${reply.status}`, words, body.field ?? null);
}

/** A request whose answer is not looked at yet. A refused CSRF token is renewed once. */
export async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  if (method === "GET") return ask(path, { headers });
  const once = async (): Promise<Response> =>
    ask(path, {
      method,
      headers: {
        ...headers,
        "X-CSRFToken": await csrfToken(),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  const reply = await once();
  if (reply.status !== 403) return reply;
  forgetCsrf();
  return once();
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const reply = await send(method, path, body);
  if (!reply.ok) throw await problemOf(reply);
  return reply.status === 204 ? null : reply.json();
}

/** For the few calls that the first screen needs; behind it there is the typed client. */
export const api = {
  get: (path: "/api/me" | "/api/instance") => call("GET", path),
  post: (path: "/api/demo" | "/api/consent", body?: unknown) => call("POST", path, body ?? {}),
};

/** The words for anything thrown. */
export const wordsOf = (error: unknown): string =>
  error instanceof Problem ? error.message : "Something went wrong in the app. Nothing was changed.";
