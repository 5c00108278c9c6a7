import { computed, effect, signal } from "@preact/signals";
import { askWho, me, standing } from "../account/me";
import { records } from "../records";
import type { BridgeNote, CheckBody, CommandNote, FoundNote, FromPhone, PanelState, SessionNote, TicketNote, ToPhone } from "./messages";

/** Something heard, and when, on a clock that a person cannot set and on one that counts sleep: the older age counts. */
export interface Heard<T> {
  said: T;
  at: { steady: number; wall: number };
}
export const ageMs = (heard: Heard<unknown>): number =>
  Math.max(performance.now() - heard.at.steady, Date.now() - heard.at.wall);

export const hear = <T>(said: T): Heard<T> => ({ said, at: { steady: performance.now(), wall: Date.now() } });

export const lineOpen = signal(false);
export const panelStates = signal<Readonly<Record<string, Heard<PanelState>>>>({});
export const sessionNotes = signal<Readonly<Record<string, Heard<SessionNote>>>>({});
export const commandNotes = signal<Readonly<Record<string, Heard<CommandNote>>>>({});
export const found = signal<Readonly<Record<string, Heard<FoundNote>>>>({});
export const bridgesOnline = signal<Readonly<Record<string, BridgeNote>>>({});
export const ticket = signal<Heard<TicketNote> | null>(null);
/** Why the levels last asked for are not taken; null while nothing speaks against them. */
export const refusedLevels = signal<string | null>(null);
/** The server could not answer the plan at all: not this person's panel, say. */
export const refusedPlan = signal<string | null>(null);

const PING_EVERY_MS = 10_000;
const SILENT_AFTER_MS = 15_000;
/** With this code the server closes the line of who may no longer be there. */
const REVOKED = 4401;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

let socket: WebSocket | null = null;
let wait = FIRST_WAIT_MS;
let retry: ReturnType<typeof setTimeout> | undefined;
let heartbeat: ReturnType<typeof setInterval> | undefined;
let lastHeard = 0;
let wanted = false;
const watched = new Map<string, number>();
let plan: CheckBody | null = null;

function tell(message: FromPhone): boolean {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

/** Keeps the link to a panel open for as long as somebody looks at it. Gives the way to stop watching. */
export function watch(panelId: string): () => void {
  watched.set(panelId, (watched.get(panelId) ?? 0) + 1);
  tell({ type: "watch", panel_id: panelId, on: true });
  return () => {
    const left = (watched.get(panelId) ?? 1) - 1;
    if (left > 0) {
      watched.set(panelId, left);
      return;
    }
    watched.delete(panelId);
    tell({ type: "watch", panel_id: panelId, on: false });
    if (plan?.panel_id === panelId) stopAsking();
  };
}

/** From now on the server says every few seconds whether this start is allowed, each time with a fresh ticket. */
export function ask(body: CheckBody): void {
  plan = body;
  ticket.value = null;
  refusedPlan.value = null;
  tell({ type: "check", ...body });
}
export function stopAsking(): void {
  plan = null;
  ticket.value = null;
}

/** False where there is no line to say it on. */
export const tellLevels = (sessionId: string, levelsPct: Readonly<Record<string, number>>): boolean =>
  tell({ type: "levels", session_id: sessionId, levels_pct: { ...levelsPct } });

/** The bond of a panel that is watched is made anew [Z18]. False where there is no line to say it on. */
export const pairAnew = (panelId: string): boolean => tell({ type: "pair_anew", panel_id: panelId });

export const stillHere = (sessionId: string): boolean => tell({ type: "still_here", session_id: sessionId });

const put = <T>(old: Readonly<Record<string, Heard<T>>>, key: string, said: T): Record<string, Heard<T>> => ({ ...old, [key]: hear(said) });

type Taker<T extends ToPhone["type"]> = (said: Extract<ToPhone, { type: T }>) => void;
const takers: { [T in ToPhone["type"]]: Taker<T> } = {
  panel_state: (said) => (panelStates.value = put(panelStates.value, said.panel_id, said)),
  session: (said) => (sessionNotes.value = put(sessionNotes.value, said.session_id, said)),
  command: (said) => (commandNotes.value = put(commandNotes.value, said.command_id, said)),
  found: (said) => (found.value = put(found.value, said.bridge_id, said)),
  bridge: (said) => (bridgesOnline.value = { ...bridgesOnline.value, [said.bridge_id]: said }),
  ticket: (said) => {
    if (said.session_id === plan?.session_id) ticket.value = hear(said);
  },
  sync: () => void records.peek()?.syncNow(),
  pong: () => undefined,
  fault: (said) => {
    if (said.about === "levels") refusedLevels.value = said.detail;
    else if (plan) refusedPlan.value = said.detail;
  },
};

function take(message: ToPhone): void {
  // a newer server may say what this build does not know
  (takers[message.type] as Taker<ToPhone["type"]> | undefined)?.(message);
}

function opened(): void {
  lineOpen.value = true;
  wait = FIRST_WAIT_MS;
  lastHeard = Date.now();
  for (const panelId of watched.keys()) tell({ type: "watch", panel_id: panelId, on: true });
  if (plan) tell({ type: "check", ...plan });
  heartbeat = setInterval(() => {
    if (Date.now() - lastHeard > SILENT_AFTER_MS) drop();
    else tell({ type: "ping" });
  }, PING_EVERY_MS);
}

/** A line that is silent, or that came to an end: what it said last is no longer to be relied on. */
function drop(): void {
  clearInterval(heartbeat);
  const old = socket;
  socket = null;
  lineOpen.value = false;
  ticket.value = null;
  if (old) {
    old.onopen = old.onclose = old.onmessage = null;
    old.close();
  }
  if (!wanted) return;
  clearTimeout(retry);
  retry = setTimeout(connect, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

function connect(): void {
  clearTimeout(retry);
  if (socket || !wanted) return;
  const made = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/phone`);
  socket = made;
  made.onopen = opened;
  made.onclose = (event) => {
    const refused = event.code === REVOKED || !lineOpen.peek();
    drop();
    // signed out from elsewhere: said at once. Why a line did not even open no browser tells, so that the server is asked
    if (refused) void askWho();
  };
  made.onmessage = (event: MessageEvent<string>) => {
    lastHeard = Date.now();
    take(JSON.parse(event.data) as ToPhone);
  };
}

/** Now, not after the wait: the network came back, or the person did. */
function hurry(): void {
  wait = FIRST_WAIT_MS;
  if (wanted && !socket) connect();
  else if (Date.now() - lastHeard > SILENT_AFTER_MS) drop();
}

/** Here it is the person themselves who says that they are another. */
const entering = (): boolean => /^\/(signin|join)$/.test(location.pathname);

/** What was heard was heard by whoever was signed in then. */
function forgetHeard(): void {
  stopAsking();
  panelStates.value = {};
  sessionNotes.value = {};
  commandNotes.value = {};
  found.value = {};
  bridgesOnline.value = {};
}

/** The line is open while somebody is signed in, and is theirs: another person gets a line of their own. */
export function keepLine(): void {
  const person = computed(() => me.value?.id ?? null);
  let was = person.peek();
  effect(() => {
    const is = person.value;
    if (is === was) return;
    // signed in from another tab: what was half entered here is the other's, and must not become this one's
    if (was && is && !entering()) location.reload();
    was = is;
    forgetHeard();
    drop();
    if (standing.peek() === "confirmed") connect();
  });
  effect(() => {
    wanted = standing.value === "confirmed";
    if (wanted) connect();
    else drop();
  });
  addEventListener("online", hurry);
  addEventListener("offline", drop);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") hurry();
  });
}
