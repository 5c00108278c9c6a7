import type { PanelState, SessionNote } from "../line/messages";
import type { KeptRun } from "./kept";

/** What is known of a run right now, and nothing more: the screen never claims what is not proven. */
export type Phase = "asking" | "unsure" | "refused" | "arming" | "running" | "commanded" | "paused" | "stopping" | "ended" | "unknown";

export interface Known {
  run: KeptRun;
  /** The last state heard of its panel, how old it is, and whether it was of this session. */
  panel: { said: PanelState; ageMs: number } | null;
  note: SessionNote | null;
  lineOpen: boolean;
  now: number;
}

export interface View {
  phase: Phase;
  title: string;
  detail: string;
  tone: "plain" | "good" | "warn" | "bad";
  /** Seconds of light left in this run, by the panel's own report; null when it is not known. */
  left_s: number | null;
  /** The light may be on: a stop is offered. */
  maybeLit: boolean;
  /** Nothing more will be heard of this run: only the person can see that the panel is off, and say so. */
  onlySeen: boolean;
}

/** Without a word of the panel for this long in a run, nothing is known of it (P7: at most 5 s). What its bridge says of it may be older. */
export const SILENCE_MS = 4_000;
/** A start that was not acted on within this time is never acted on. */
export const START_LIFE_MS = 10_000;
/** A stop that is not confirmed by now: the person is told to act. */
export const STOP_PATIENCE_MS = 4_000;

const reasons: Record<string, string> = {
  completed: "The planned time is over.",
  client: "You ended it.",
  deadman: "The panel went off by itself: it no longer heard from its bridge.",
  link_lost: "The panel lost its link and went off.",
  over_temperature: "The panel grew too warm and went off.",
  button: "It was switched off at the panel.",
  power: "The panel lost its power.",
  not_confirmed: "The panel did not confirm the light, so it was switched off.",
  late: "The start came too late and was not acted on.",
  over_limit: "A limit was reached.",
  refused: "The panel refused.",
  bridge_restart: "The bridge started anew and switched the panel off.",
  unattended: "Nobody answered “still here?”, so it was switched off.",
  stopped: "You ended it before the light came on.",
};
const BY_ANOTHER = "It was ended from another phone.";
const PAUSED_ELSEWHERE = "It was paused elsewhere, and can go on there.";
export const endWords = (reason: string): string => reasons[reason] ?? "It is not known why it ended.";

const say = (phase: Phase, title: string, detail: string, tone: View["tone"], maybeLit: boolean, left_s: number | null = null): View => ({
  phase,
  title,
  detail,
  tone,
  maybeLit,
  left_s,
  onlySeen: false,
});

const WALL = "Switch it off at the wall.";
/** What bounds the light when nobody hears the panel. One without a fail-safe of its own has nothing that would. */
const bound = (run: KeptRun): string =>
  run.attended ? "This panel has no timer of its own." : "The panel's own timer ends the light when the time is over.";

function ended(known: Known, reason: string, offConfirmed: boolean | null): View {
  const { run } = known;
  const words = reason === "client" && run.stop === null ? (known.note?.state === "paused" ? PAUSED_ELSEWHERE : BY_ANOTHER) : endWords(reason);
  // a run that was given up unheard has no word of the panel either way
  if (offConfirmed === false || (offConfirmed === null && reason === "unknown")) {
    return { ...say("unknown", "Off not confirmed", `The panel has not said that it is off. ${WALL}`, "bad", true), onlySeen: true };
  }
  if (run.paused) return say("paused", "Paused", "The panel confirms that it is off. Going on is a new start, with every check made again.", "plain", false);
  return say("ended", "Off", offConfirmed ? `${words} The panel confirms that it is off.` : words, "good", false);
}

function stopped(known: Known): View | null {
  const { run, now } = known;
  if (!run.stop) return null;
  const waited = now - run.stop.at;
  if (run.stop.state === "sending") {
    return say(
      "stopping",
      "Stop not sent yet",
      `The server is out of reach; it is tried again until it is taken. ${bound(run)} ${WALL}`,
      "bad",
      true,
    );
  }
  if (run.stop.state === "kept") {
    return say("stopping", "Stop waits at the server", `The bridge is away and is told when it is back. ${bound(run)} ${WALL}`, "bad", true);
  }
  if (waited > STOP_PATIENCE_MS) return say("stopping", "Stop sent", `Off is not confirmed by the panel yet. ${WALL}`, "bad", true);
  return say("stopping", "Stop sent", "Waiting for the panel to say that it is off.", "warn", true);
}

function starting(known: Known): View {
  const { run, now } = known;
  if (run.start === "refused") return say("refused", "Not started", run.refusal, "warn", false);
  const late = now - run.asked_at > START_LIFE_MS + 2000;
  if (run.start === "unsure") {
    return late
      ? { ...say("unknown", "It is not known whether it started", `No answer came to the start, and nothing is heard of the panel. ${WALL}`, "bad", true), onlySeen: true }
      : say("unsure", "No answer to the start", "It may have reached the panel. Stop it, or wait a moment.", "bad", true);
  }
  if (late) return unknown(known);
  return say("asking", "Starting", "The panel is asked. Nothing is lit before it says so itself.", "plain", true);
}

function unknown(known: Known): View {
  const words = known.lineOpen ? "Nothing is heard of the panel." : "The line to the server is lost.";
  return say("unknown", "Not known", `${words} ${bound(known.run)} You can stop it now, or switch it off at the wall.`, "warn", true);
}

type Teller = (known: Known, left: number | null) => View | null;
const byPanel: Record<PanelState["run"], Teller> = {
  arming: (_, left) => say("arming", "Starting", "The panel is set, then the light comes on softly.", "plain", true, left),
  running: (_, left) => say("running", "Running", "The panel itself reports the light.", "plain", true, left),
  commanded: (_, left) =>
    say("commanded", "Told to light, not confirmed", "This panel cannot report back. Look whether it is on.", "warn", true, left),
  stopping: () => say("stopping", "Stopping", "Waiting for the panel to say that it is off.", "warn", true),
  fault: () => say("unknown", "The panel reports a fault", WALL, "bad", true),
  unknown: (known) => unknown(known),
  ended: () => null,
  idle: () => null,
};

/** The end of this run as the server has it. */
function endByServer(known: Known): View | null {
  const { run, note } = known;
  if (!note || note.run_no < run.run_no) return null;
  const over = note.state === "ended" || (note.state === "paused" && run.paused);
  // what has ended is no pause any more: it cannot be gone on with
  return over ? ended({ ...known, run: { ...run, paused: run.paused && note.state === "paused" } }, note.end_reason, note.off_confirmed) : null;
}

/** The end as the panel says it, after it was seen at work in this run. */
function endByPanel(known: Known, said: PanelState): View | null {
  const over = known.run.seen && (said.run === "ended" || said.run === "idle");
  return over ? ended(known, said.end_reason ?? "unknown", said.off_confirmed) : null;
}

const silent = (known: Known): View => (known.run.seen ? unknown(known) : starting(known));

function now(known: Known, said: PanelState, ageMs: number): View {
  const wordAgeMs = ageMs + (said.run === "running" ? (said.status_age_ms ?? 0) : 0);
  if (wordAgeMs > SILENCE_MS || !known.lineOpen) return silent(known);
  const left = said.remaining_s === null ? null : Math.max(0, said.remaining_s - ageMs / 1000);
  return byPanel[said.run](known, left) ?? starting(known);
}

/** Off that is confirmed outranks everything; then a stop on its way; then what the panel says; then silence. */
export function viewOf(known: Known): View {
  const { panel, run } = known;
  const ours = panel?.said.session_id === run.plan.session_id ? panel : null;
  const settled = endByServer(known) ?? (ours && endByPanel(known, ours.said)) ?? stopped(known);
  if (settled) return settled;
  return ours ? now(known, ours.said, ours.ageMs) : silent(known);
}

/** Seen at work: from now on an "ended" is of this run. */
export const atWork = (said: PanelState, run: KeptRun): boolean =>
  said.session_id === run.plan.session_id && ["arming", "running", "commanded", "stopping"].includes(said.run);
