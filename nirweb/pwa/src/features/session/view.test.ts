import { describe, expect, test } from "vitest";
import type { PanelState, SessionNote } from "../line/messages";
import type { KeptRun } from "./kept";
import { SILENCE_MS, START_LIFE_MS, viewOf, type Known } from "./view";

const plan = {
  session_id: "s1",
  panel_id: "p1",
  sites: ["face"],
  distance_cm: 20,
  duration_s: 600,
  levels_pct: { "660": 60 },
  eyewear: true,
  regimen_id: null,
};
const run = (part: Partial<KeptRun> = {}): KeptRun => ({
  person_id: "me",
  plan,
  panel_name: "Panel",
  run_no: 1,
  planned_s: 600,
  asked_at: 0,
  command_id: "c1",
  stop_token: "t",
  start: "taken",
  refusal: "",
  attended: false,
  stop: null,
  paused: false,
  seen: false,
  ...part,
});
const state = (part: Partial<PanelState> = {}): PanelState => ({
  type: "panel_state",
  panel_id: "p1",
  link: "connected",
  run: "running",
  session_id: "s1",
  levels_pct: { "660": 60 },
  remaining_s: 500,
  elapsed_on_s: 100,
  temperature_c: 30,
  end_reason: null,
  off_confirmed: null,
  foreign: false,
  status_age_ms: 100,
  sources: "panel",
  passkey: null,
  wrong: null,
  mine: true,
  person_id: "me",
  ...part,
});
const note = (part: Partial<SessionNote>): SessionNote => ({
  type: "session",
  session_id: "s1",
  panel_id: "p1",
  state: "ended",
  run_no: 1,
  end_reason: "client",
  off_confirmed: true,
  on_s: 100,
  full_level_s: {},
  confirmed: true,
  ...part,
});
const known = (part: Partial<Known> = {}): Known => ({ run: run(), panel: null, note: null, lineOpen: true, now: 1000, ...part });
const heard = (part: Partial<PanelState> = {}, ageMs = 200): Known["panel"] => ({ said: state(part), ageMs });

describe("P7: the screen never claims what is not proven", () => {
  test("P7 it says running only from the panel's own fresh report of this session", () => {
    expect(viewOf(known({ panel: heard() })).phase).toBe("running");
    expect(viewOf(known({ panel: heard({ session_id: "other" }) })).phase).not.toBe("running");
    expect(viewOf(known()).phase).toBe("asking");
    expect(viewOf(known({ panel: heard({ run: "commanded" }) })).phase).toBe("commanded");
  });

  test("P7 it is unknown within five seconds of silence, and at once when the line is lost", () => {
    const seen = run({ seen: true });
    expect(SILENCE_MS).toBeLessThan(5000);
    expect(viewOf(known({ run: seen, panel: heard({}, SILENCE_MS + 1) })).phase).toBe("unknown");
    expect(viewOf(known({ run: seen, panel: heard({ status_age_ms: 2500 }, SILENCE_MS - 2500) })).phase).toBe("running");
    expect(viewOf(known({ run: seen, panel: heard({ status_age_ms: 2500 }, SILENCE_MS - 2499) })).phase).toBe("unknown");
    expect(viewOf(known({ run: seen, panel: heard(), lineOpen: false })).phase).toBe("unknown");
    expect(viewOf(known({ run: seen, panel: heard({ run: "unknown" }) })).phase).toBe("unknown");
  });

  test("P7 it counts down by the age of the report", () => {
    expect(viewOf(known({ panel: heard({ remaining_s: 10 }, 2500) })).left_s).toBeCloseTo(7.5);
  });

  test("P7 it tells stop sent from off confirmed", () => {
    const stop = { at: 0, state: "sent" as const };
    const waiting = viewOf(known({ run: run({ seen: true, stop }), panel: heard(), now: 1000 }));
    expect([waiting.phase, waiting.title]).toEqual(["stopping", "Stop sent"]);
    const late = viewOf(known({ run: run({ seen: true, stop }), panel: heard(), now: 9000 }));
    expect(late.detail).toMatch(/at the wall/);
    const off = viewOf(known({ run: run({ seen: true, stop }), panel: heard({ run: "ended", off_confirmed: true, end_reason: "client" }) }));
    expect([off.phase, off.maybeLit]).toEqual(["ended", false]);
    expect(off.detail).toMatch(/panel confirms/);
  });

  test("P7 it says that a stop has not left the phone", () => {
    const view = viewOf(known({ run: run({ seen: true, stop: { at: 0, state: "sending" } }), lineOpen: false }));
    expect(view.title).toBe("Stop not sent yet");
    expect(view.maybeLit).toBe(true);
  });

  test("P7 it says that a stop waits for a bridge that is away", () => {
    const view = viewOf(known({ run: run({ seen: true, stop: { at: 0, state: "kept" } }), panel: heard() }));
    expect([view.title, view.maybeLit]).toEqual(["Stop waits at the server", true]);
  });

  test("P7 it never calls off what is not confirmed off", () => {
    const view = viewOf(known({ run: run({ seen: true }), panel: heard({ run: "ended", off_confirmed: false, end_reason: "client" }) }));
    expect([view.title, view.tone, view.maybeLit]).toEqual(["Off not confirmed", "bad", true]);
    expect(view.detail).toMatch(/at the wall/);
  });

  test("P7 it does not call off a run that the server gave up without a word of the panel", () => {
    const lost = viewOf(known({ run: run({ seen: true }), note: note({ end_reason: "unknown", off_confirmed: null }) }));
    expect([lost.title, lost.maybeLit, lost.onlySeen]).toEqual(["Off not confirmed", true, true]);
    const late = viewOf(known({ note: note({ end_reason: "late", off_confirmed: null }) }));
    expect([late.phase, late.maybeLit]).toEqual(["ended", false]);
  });
});

describe("a start", () => {
  test("it offers a stop while no answer came, and says so when none comes any more", () => {
    const unsure = run({ start: "unsure", stop_token: null });
    expect(viewOf(known({ run: unsure })).maybeLit).toBe(true);
    expect(viewOf(known({ run: unsure, now: START_LIFE_MS + 5000 })).phase).toBe("unknown");
  });

  test("it says why it was refused", () => {
    const view = viewOf(known({ run: run({ start: "refused", refusal: "Your face had light less than 8 hours ago." }) }));
    expect([view.phase, view.detail, view.maybeLit]).toEqual(["refused", "Your face had light less than 8 hours ago.", false]);
  });

  test("it does not take the end of the run before for the end of this one", () => {
    const second = run({ run_no: 2 });
    const before = heard({ run: "ended", off_confirmed: true, end_reason: "client" });
    expect(viewOf(known({ run: second, panel: before, note: note({ run_no: 1, state: "paused" }) })).phase).toBe("asking");
    expect(viewOf(known({ run: { ...second, seen: true }, panel: before })).phase).toBe("ended");
    expect(viewOf(known({ run: second, note: note({ run_no: 2 }) })).phase).toBe("ended");
  });
});

test("it promises a timer only of panels that have one", () => {
  const words = (attended: boolean): string => viewOf(known({ run: run({ seen: true, attended }), lineOpen: false, panel: heard() })).detail;
  expect(words(false)).toMatch(/own timer ends/);
  expect(words(true)).toMatch(/no timer of its own/);
  expect(words(true)).not.toMatch(/own timer ends/);
});

test("it calls a pause a pause only when the panel is off", () => {
  const paused = run({ seen: true, paused: true, stop: { at: 0, state: "sent" } });
  expect(viewOf(known({ run: paused, panel: heard() })).phase).toBe("stopping");
  expect(viewOf(known({ run: paused, note: note({ state: "paused", off_confirmed: true }) })).phase).toBe("paused");
  expect(viewOf(known({ run: paused, note: note({ state: "ended", off_confirmed: true }) })).phase).toBe("ended");
});

test("M44 an end that this phone did not ask for is not said to be this person's own", () => {
  const off = heard({ run: "ended", off_confirmed: true, end_reason: "client" });
  expect(viewOf(known({ run: run({ seen: true }), panel: off })).detail).toMatch(/^It was ended from another phone\./);
  const paused = viewOf(known({ run: run({ seen: true }), panel: off, note: note({ state: "paused", off_confirmed: true }) }));
  expect(paused.detail).toMatch(/^It was paused elsewhere/);
  const stop = { at: 0, state: "sent" as const };
  expect(viewOf(known({ run: run({ seen: true, stop }), panel: off })).detail).toMatch(/^You ended it\./);
});
