import { computed, effect, signal } from "@preact/signals";
import type { components } from "../../sync/schema";
import { me } from "../account/me";
import { Problem, send, wordsOf } from "../api";
import { client, told } from "../client";
import { ageMs, commandNotes, hear, lineOpen, panelStates, refusedLevels, sessionNotes, stillHere, tellLevels, watch } from "../line/line";
import type { CheckBody, SessionNote } from "../line/messages";
import { feel } from "./body";
import { change, forget, keep, recall, run, type KeptRun } from "./kept";
import { atWork, START_LIFE_MS, viewOf, type View } from "./view";

const TICK_MS = 250;
const TRY_STOP_EVERY_MS = 700;
const STOP_AGAIN_MS = 2_000;
const PAUSE_PATIENCE_MS = 2_000;
const LOOK_AFTER_UNSURE_MS = 2_000;
const tick = signal(0);

/** What is known of this phone's run now; null when there is none. */
export const view = computed<View | null>(() => {
  const kept = run.value;
  // ages grow by themselves: looked at again with every tick
  if (!kept || tick.value < 0) return null;
  const heard = panelStates.value[kept.plan.panel_id];
  return viewOf({
    run: kept,
    panel: heard ? { said: heard.said, ageMs: ageMs(heard) } : null,
    note: sessionNotes.value[kept.plan.session_id]?.said ?? null,
    lineOpen: lineOpen.value,
    now: Date.now(),
  });
});

/** The light may be on, or is only paused: said on every screen, with a way to stop it. */
export const inRun = computed(() => view.value !== null && (view.value.maybeLit || view.value.phase === "paused"));

/** Levels as the panel itself reports them; null where it does not say. */
export const reportedLevels = computed(() => {
  const kept = run.value;
  const heard = kept ? panelStates.value[kept.plan.panel_id]?.said : undefined;
  return heard?.session_id === kept?.plan.session_id ? (heard?.levels_pct ?? null) : null;
});

/** Seconds of light that this session had, by the panel's reports. */
export const litSeconds = computed(() => {
  const kept = run.value;
  return kept ? (sessionNotes.value[kept.plan.session_id]?.said.on_s ?? 0) : 0;
});

interface Wanted {
  plan: CheckBody;
  ticket: string;
  panelName: string;
  attended: boolean;
  runNo: number;
  plannedS: number;
}

/** Asks for the light, once: a start is never repeated by itself. */
export async function start(wanted: Wanted): Promise<void> {
  await keep({
    person_id: me.peek()?.id ?? "",
    plan: wanted.plan,
    panel_name: wanted.panelName,
    run_no: wanted.runNo,
    planned_s: wanted.plannedS,
    asked_at: Date.now(),
    command_id: null,
    stop_token: null,
    start: "asking",
    refusal: "",
    attended: wanted.attended,
    stop: null,
    paused: false,
    seen: false,
  });
  const { plan, ticket, runNo } = wanted;
  try {
    const body = { plan, ticket, person_id: run.peek()?.person_id ?? "", eyewear_confirmed: plan.eyewear, run_no: runNo };
    const said = await told(client.POST("/api/therapy/start", { body }));
    await change({ start: "taken", command_id: said.command_id, stop_token: said.stop_token });
  } catch (error) {
    const answered = error instanceof Problem && error.status >= 400 && error.status < 500;
    await change(answered ? { start: "refused", refusal: wordsOf(error) } : { start: "unsure" });
  }
}

const session = (kept: KeptRun) => ({ params: { path: { session_id: kept.plan.session_id } } });
type Told = "kept" | "sent" | null;
const toldOf = async (reply: Response): Promise<Told> => (((await reply.json()) as { sent: boolean }).sent ? "sent" : "kept");

/** By the token, which alone is the authority: no cookie, no CSRF token, no database in its way. */
async function byToken(token: string): Promise<Response> {
  return fetch("/api/therapy/stop", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ stop_token: token }),
    keepalive: true,
    signal: AbortSignal.timeout(3000),
  });
}

/** A pause is written down before the panel is told. Off comes first: where that takes too long, a stop takes its place. */
const askPause = (sessionId: string): Promise<Response | null> =>
  Promise.race([send("POST", `/api/therapy/sessions/${sessionId}/pause`, {}).catch(() => null), rest(PAUSE_PATIENCE_MS).then(() => null)]);

/** One try. Null: the server does not have it. */
async function tellStop(kept: KeptRun): Promise<Told> {
  const { session_id, panel_id } = kept.plan;
  try {
    if (kept.paused) {
      const reply = await askPause(session_id);
      if (reply?.ok) return await toldOf(reply);
      await change({ paused: false });
    }
    if (kept.stop_token) {
      const reply = await byToken(kept.stop_token).catch(() => null);
      if (reply?.ok) return await toldOf(reply);
    }
    const reply = await send("POST", `/api/therapy/panels/${panel_id}/stop`, {});
    return reply.ok ? await toldOf(reply) : null;
  } catch {
    return null;
  }
}

let stopping = false;
const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Again and again, until the panel is known to be off. Survives a reload, for the wish is kept with the run. */
async function stopUntilOff(): Promise<void> {
  if (stopping) return;
  stopping = true;
  try {
    for (let kept = run.peek(); kept?.stop && (kept.stop.state === "sending" || view.peek()?.maybeLit); kept = run.peek()) {
      const taken = await tellStop(kept);
      const old = run.peek()?.stop;
      if (old && taken && old.state !== taken) await change({ stop: { ...old, state: taken } });
      await rest(taken === "sent" ? STOP_AGAIN_MS : TRY_STOP_EVERY_MS);
    }
  } finally {
    stopping = false;
  }
}

export function stop(): void {
  feel([60, 40, 60]);
  void change({ stop: { at: Date.now(), state: "sending" }, paused: false });
  void stopUntilOff();
}

export function pause(): void {
  void change({ stop: { at: Date.now(), state: "sending" }, paused: true });
  void stopUntilOff();
}

/** The end of a paused session: there is nothing lit to stop, the session is closed. */
export function endPaused(): void {
  stop();
}

/** Over the line, which is the shortest way; without one the route answers. Why not is then in `refusedLevels`. */
export async function setLevels(levelsPct: Record<string, number>): Promise<void> {
  const kept = run.peek();
  if (!kept) return;
  refusedLevels.value = null;
  if (tellLevels(kept.plan.session_id, levelsPct)) return;
  try {
    await client.POST("/api/therapy/sessions/{session_id}/levels", { ...session(kept), body: { levels_pct: levelsPct } });
  } catch (error) {
    refusedLevels.value = error instanceof Error ? error.message : "The level was not changed.";
  }
}

export const answerHere = (): boolean => {
  const kept = run.peek();
  return kept ? stillHere(kept.plan.session_id) : false;
};

type SessionOut = components["schemas"]["SessionOut"];

function note(said: SessionOut): SessionNote {
  const { id: session_id, panel_id, state, run_no, end_reason, off_confirmed, confirmed, planned, remaining_s } = said;
  const on_s = planned.duration_s - remaining_s;
  return { type: "session", session_id, panel_id, state, run_no, end_reason, off_confirmed, confirmed, on_s, full_level_s: {} };
}

/** A start that was not taken within its life is not there, and never will be. */
const neverTaken = (kept: KeptRun, error: unknown): boolean =>
  error instanceof Problem && error.status === 404 && Date.now() - kept.asked_at > START_LIFE_MS + 5_000;

/** How the session stands, asked once: after a reload, a lost line or a start without an answer. */
async function catchUp(): Promise<void> {
  const kept = run.peek();
  if (!kept) return;
  try {
    const said = await told(client.GET("/api/therapy/sessions/{session_id}", session(kept)));
    sessionNotes.value = { ...sessionNotes.value, [said.id]: hear(note(said)) };
    if (said.run_no === kept.run_no && said.stop_token && !kept.stop_token) await change({ start: "taken", stop_token: said.stop_token });
  } catch (error) {
    if (neverTaken(kept, error)) await change({ start: "refused", refusal: "The start never arrived. Nothing was lit by it." });
  }
}

/** Over and seen: the screen is free for the next. */
export const done = (): Promise<void> => forget();

/** Follows the run of this phone for as long as there is one. Called once. */
export function followRun(): void {
  effect(() => {
    const id = me.value?.id;
    if (!id) return;
    void recall(id).then((found) => {
      if (found?.stop) void stopUntilOff();
    });
  });
  const panelId = computed(() => run.value?.plan.panel_id ?? null);
  effect(() => {
    const id = panelId.value;
    if (!id) return undefined;
    const leave = watch(id);
    const timer = setInterval(() => (tick.value += 1), TICK_MS);
    return () => {
      leave();
      clearInterval(timer);
    };
  });
  effect(() => {
    // while the start itself is being asked for there is nothing to catch up with
    if (lineOpen.value && panelId.value && run.peek()?.start !== "asking") void catchUp();
  });
  const unsure = computed(() => run.value?.start === "unsure");
  effect(() => {
    if (!unsure.value) return undefined;
    const timer = setInterval(() => void catchUp(), LOOK_AFTER_UNSURE_MS);
    return () => {
      clearInterval(timer);
    };
  });
  effect(() => {
    const kept = run.value;
    const heard = kept ? panelStates.value[kept.plan.panel_id]?.said : undefined;
    if (kept && heard && !kept.seen && atWork(heard, kept)) void change({ seen: true });
  });
  effect(() => {
    const kept = run.value;
    const note = kept?.command_id ? commandNotes.value[kept.command_id]?.said : undefined;
    if (kept?.start === "taken" && !kept.seen && note && (note.state === "failed" || note.state === "expired")) {
      void change({ start: "refused", refusal: note.detail || "The panel did not take the start." });
    }
  });
}
