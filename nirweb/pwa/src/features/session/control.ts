import { computed, effect, signal } from "@preact/signals";
import { me } from "../account/me";
import { api, Problem, send, wordsOf } from "../api";
import { ageMs, commandNotes, lineOpen, panelStates, sessionNotes, stillHere, watch } from "../line/line";
import type { CheckBody, SessionNote } from "../line/messages";
import { feel } from "./body";
import { change, forget, keep, recall, run } from "./kept";
import { atWork, viewOf, type View } from "./view";

const TICK_MS = 250;
const TRY_STOP_EVERY_MS = 700;
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
interface Started {
  command_id: string;
  stop_token: string;
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
  const { session_id, panel_id, ...plan } = wanted.plan;
  try {
    const body = { session_id, panel_id, ticket: wanted.ticket, plan: wanted.plan, eyewear_confirmed: plan.eyewear, run_no: wanted.runNo };
    const said = (await api.post("/api/therapy/start", body)) as Started;
    await change({ start: "taken", command_id: said.command_id, stop_token: said.stop_token });
  } catch (error) {
    const answered = error instanceof Problem && error.status >= 400 && error.status < 500;
    await change(answered ? { start: "refused", refusal: wordsOf(error) } : { start: "unsure" });
  }
}

/** One try; true when the server has it. Needs no session cookie where there is a token: that alone is the authority. */
async function tellStop(): Promise<boolean> {
  const kept = run.peek();
  if (!kept) return true;
  const { session_id, panel_id } = kept.plan;
  try {
    if (kept.paused) {
      const reply = await send("POST", `/api/therapy/sessions/${session_id}/pause`, {});
      if (reply.ok) return true;
    }
    if (kept.stop_token) {
      const init: RequestInit = {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ stop_token: kept.stop_token }),
        keepalive: true,
        signal: AbortSignal.timeout(3000),
      };
      if ((await fetch("/api/therapy/stop", init)).ok) return true;
    }
    return (await send("POST", `/api/therapy/panels/${panel_id}/stop`, {})).ok;
  } catch {
    return false;
  }
}

let stopping = false;

/** Until the server has it, or the panel is off. Survives a reload, for the wish is kept with the run. */
async function stopUntilSent(): Promise<void> {
  if (stopping) return;
  stopping = true;
  try {
    while (run.peek()?.stop?.state === "sending") {
      if (await tellStop()) {
        const old = run.peek()?.stop;
        if (old) await change({ stop: { ...old, state: "sent" } });
        return;
      }
      if (view.peek()?.maybeLit === false) return;
      await new Promise((done) => setTimeout(done, TRY_STOP_EVERY_MS));
    }
  } finally {
    stopping = false;
  }
}

export function stop(): void {
  feel([60, 40, 60]);
  void change({ stop: { at: Date.now(), state: "sending" }, paused: false });
  void stopUntilSent();
}

export function pause(): void {
  void change({ stop: { at: Date.now(), state: "sending" }, paused: true });
  void stopUntilSent();
}

/** The end of a paused session: there is nothing lit to stop, the session is closed. */
export function endPaused(): void {
  stop();
}

export async function setLevels(levelsPct: Record<string, number>): Promise<void> {
  const kept = run.peek();
  if (kept) await api.post(`/api/therapy/sessions/${kept.plan.session_id}/levels`, { levels_pct: levelsPct });
}

export const answerHere = (): boolean => {
  const kept = run.peek();
  return kept ? stillHere(kept.plan.session_id) : false;
};

interface SessionOut extends Omit<SessionNote, "type" | "session_id"> {
  id: string;
}

/** How the session stands, asked once: after a reload or a lost line nothing was heard of it. */
async function catchUp(): Promise<void> {
  const kept = run.peek();
  if (!kept) return;
  try {
    const said = (await api.get(`/api/therapy/sessions/${kept.plan.session_id}`)) as SessionOut;
    const heard = { said: { ...said, type: "session" as const, session_id: said.id }, at: { steady: performance.now(), wall: Date.now() } };
    sessionNotes.value = { ...sessionNotes.value, [said.id]: heard };
  } catch (error) {
    const nothingStarted = error instanceof Problem && error.status === 404 && Date.now() - kept.asked_at > 20_000;
    if (nothingStarted) await forget();
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
      if (found?.stop?.state === "sending") void stopUntilSent();
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
    if (lineOpen.value && panelId.value) void catchUp();
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
