import { expect, test } from "vitest";
import type { PanelState, Reason, TicketNote } from "../line/messages";
import { isPassing, whyNot, type StartKnown } from "./whynot";

const panel: PanelState = {
  type: "panel_state",
  panel_id: "p",
  link: "connected",
  run: "idle",
  session_id: null,
  levels_pct: null,
  remaining_s: null,
  elapsed_on_s: null,
  temperature_c: null,
  end_reason: null,
  off_confirmed: null,
  foreign: false,
  status_age_ms: 100,
  sources: "panel",
  passkey: null,
  wrong: null,
  mine: false,
  person_id: null,
};
const ticket: TicketNote = {
  type: "ticket",
  session_id: "s",
  panel_id: "p",
  allowed: true,
  reasons: [],
  cautions: [],
  clearance: null,
  estimate: null,
  provenance: "unknown",
  ticket: "signed",
  ticket_life_ms: 10_000,
};
const ready: StartKnown = {
  signedIn: true,
  lineOpen: true,
  bridgeOnline: true,
  panelName: "Panel",
  panel,
  sites: ["face"],
  distance_cm: 20,
  minutes: 10,
  levels: { "660": 50, "850": 0 },
  eyewear: true,
  refusedPlan: null,
  foreseen: [],
  ticket,
  ticketAgeMs: 1000,
};
const codes = (part: Partial<StartKnown>): string[] => whyNot({ ...ready, ...part }).map((reason) => reason.code);

test("it has nothing against a start that is checked, fresh and in reach", () => {
  expect(codes({})).toEqual([]);
});

test("it always names what stands in the way, with its limit and what to do", () => {
  const ways: [Partial<StartKnown>, string][] = [
    [{ sites: [] }, "site_missing"],
    [{ distance_cm: null }, "distance_missing"],
    [{ minutes: null }, "minutes_missing"],
    [{ levels: { "660": 0 } }, "no_light"],
    [{ signedIn: false }, "signed_out"],
    [{ lineOpen: false }, "offline"],
    [{ bridgeOnline: false }, "bridge_away"],
    [{ refusedPlan: "This panel is not here." }, "refused_plan"],
    [{ panel: null }, "looking"],
    [{ panel: { ...panel, link: "absent" } }, "absent"],
    [{ panel: { ...panel, link: "connecting", wrong: "not_bonded" } }, "not_bonded"],
    [{ panel: { ...panel, link: "connecting", wrong: "bond_lost" } }, "bond_lost"],
    [{ panel: { ...panel, link: "absent", wrong: "another" } }, "another"],
    [{ panel: { ...panel, link: "suspect" } }, "suspect"],
    [{ panel: { ...panel, foreign: true } }, "foreign"],
    [{ panel: { ...panel, run: "running" } }, "busy"],
    [{ ticket: null }, "checking"],
    [{ ticketAgeMs: 9000 }, "checking"],
    [{ ticket: { ...ticket, ticket: null } }, "checking"],
  ];
  for (const [part, code] of ways) {
    const [first] = whyNot({ ...ready, ...part });
    expect(first?.code).toBe(code);
    for (const words of [first?.sentence, first?.limit, first?.source, first?.asks]) expect(words).toBeTruthy();
  }
});

test("it passes on every reason of the server, the gravest first", () => {
  const gap: Reason = { code: "gap", sentence: "a", limit: "b", source: "c", lifts_at: null, asks: "d", about: "face" };
  const eyewear: Reason = { ...gap, code: "eyewear" };
  expect(codes({ ticket: { ...ticket, allowed: false, ticket: null, reasons: [gap, eyewear] } })).toEqual(["gap", "eyewear"]);
});

test("it calls only what passes by itself passing", () => {
  expect(whyNot({ ...ready, panel: null }).every(isPassing)).toBe(true);
  expect(whyNot({ ...ready, lineOpen: false }).every(isPassing)).toBe(false);
});

test("D33 it refuses what this phone alone knows to be too much, and says limits offline too", () => {
  const limit: Reason = { code: "ceiling_24h", sentence: "Too much.", limit: "50", source: "policy", lifts_at: null, asks: "", about: "face" };
  const asked: Reason = { ...limit, code: "screening_due" };
  expect(codes({ foreseen: [limit] })).toEqual(["ceiling_24h"]);
  expect(codes({ foreseen: [limit], ticket: { ...ticket, allowed: false, reasons: [{ ...limit, code: "gap" }] } })).toEqual(["gap"]);
  expect(codes({ foreseen: [limit], lineOpen: false })).toEqual(["offline", "ceiling_24h"]);
  expect(codes({ foreseen: [asked] })).toEqual([]);
  expect(codes({ foreseen: [asked], ticket: null })).toEqual(["screening_due"]);
  expect(codes({ foreseen: [{ ...limit, code: "session_too_long" }], minutes: null })).toEqual(["session_too_long"]);
});
