import { forgetCsrf, Problem, send } from "../api";

const BASE = "/_allauth/browser/v1";

interface AllauthError {
  message: string;
  code: string;
  param?: string;
}
interface Reply {
  status: number;
  errors?: AllauthError[];
  data?: { flows?: { id: string; is_pending?: boolean }[]; user?: unknown };
}

/** The library's words are fair but dry; these say what to do next. */
const words: Record<string, string> = {
  email_password_mismatch: "This e-mail address and password do not go together.",
  email_taken: "There is an account with this address already. Sign in, or ask for a new password.",
  invalid: "This is not quite an e-mail address.",
  required: "This is needed.",
  password_too_common: "This password is on every list that is tried first. Choose another.",
  password_too_short: "A little longer, please.",
  password_entirely_numeric: "Use more than digits.",
  password_too_similar: "This is too much like your e-mail address.",
  too_many_login_attempts: "Too many tries. Wait five minutes, then try again.",
  invalid_password_reset: "This link was used already or is too old. Ask for a new one.",
  token_invalid: "This link was used already or is too old. Ask for a new one.",
  enter_current_password: "This is not your current password.",
};

export class FormProblem extends Problem {
  constructor(
    status: number,
    readonly fields: Readonly<Record<string, string>>,
    general: string,
  ) {
    super(status, "form", general);
  }
}

export function readErrors(status: number, errors: readonly AllauthError[]): FormProblem {
  const fields: Record<string, string> = {};
  let general = "";
  for (const error of errors) {
    const said = words[error.code] ?? error.message;
    if (error.param && error.param !== "key") fields[error.param] ??= said;
    else general ||= said;
  }
  return new FormProblem(status, fields, general);
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const reply = await send(method, BASE + path, body, headers);
  if (reply.status === 429) throw new FormProblem(429, {}, "Too many tries. Wait a few minutes, then try again.");
  const said = (await reply.json().catch(() => ({ status: reply.status }))) as Reply;
  if (reply.status >= 500) throw new Problem(reply.status, "server", "Something went wrong on the server. Try again in a moment.");
  if (said.errors?.length) throw readErrors(reply.status, said.errors);
  return { ...said, status: reply.status };
}

function expectSignedIn(reply: Reply): void {
  forgetCsrf();
  if (reply.status === 200) return;
  const pending = reply.data?.flows?.find((flow) => flow.is_pending)?.id;
  if (pending === "verify_email") throw new FormProblem(401, {}, "Open the link in the e-mail that was just sent to you, then sign in.");
  throw new FormProblem(reply.status, {}, "You could not be signed in.");
}

/** 409: somebody is signed in already (a guest trying the demo, say); out first, then once more. */
async function asSomebodyElse(path: string, body: unknown): Promise<void> {
  let reply = await call("POST", path, body);
  if (reply.status === 409) {
    await signOut();
    reply = await call("POST", path, body);
  }
  expectSignedIn(reply);
}

export const signUp = (email: string, password: string): Promise<void> => asSomebodyElse("/auth/signup", { email, password });
export const signIn = (email: string, password: string): Promise<void> => asSomebodyElse("/auth/login", { email, password });

/** 401 is the library's word for "done: nobody is signed in". */
export async function signOut(): Promise<void> {
  await call("DELETE", "/auth/session");
  forgetCsrf();
}

export async function requestReset(email: string): Promise<void> {
  await call("POST", "/auth/password/request", { email });
}

export async function checkReset(key: string): Promise<void> {
  const reply = await call("GET", "/auth/password/reset", undefined, { "X-Password-Reset-Key": key });
  if (reply.status !== 200) throw new FormProblem(reply.status, {}, words.token_invalid ?? "");
}

/** Sets the new password; the person then signs in with it. */
export async function resetPassword(key: string, password: string): Promise<void> {
  await call("POST", "/auth/password/reset", { key, password });
  forgetCsrf();
}
