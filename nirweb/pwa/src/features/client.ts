import createClient from "openapi-fetch";
import type { paths } from "../sync/schema";
import { csrfToken, forgetCsrf, PATIENCE_MS, problemOf, unreachable } from "./api";

async function once(request: Request): Promise<Response> {
  if (request.method !== "GET") request.headers.set("X-CSRFToken", await csrfToken());
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw unreachable();
  }
}

/** A refused CSRF token is renewed once; every other refusal is thrown in the server's own words. */
async function ask(request: Request): Promise<Response> {
  const again = request.clone();
  let reply = await once(request);
  if (reply.status === 403 && request.method !== "GET") {
    forgetCsrf();
    reply = await once(again);
  }
  if (!reply.ok) throw await problemOf(reply);
  return reply;
}

/** The server's API, typed by its own description (docs/openapi.json). Rejects with `Problem`. */
export const client = createClient<paths>({ baseUrl: location.origin, fetch: ask });

/** What was answered: with `ask` a call that resolves has data. */
export async function told<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
