import type { PanelState, Reason, TicketNote } from "../line/messages";

/** Everything that a start depends on, as this phone knows it now. */
export interface StartKnown {
  signedIn: boolean;
  lineOpen: boolean;
  bridgeOnline: boolean | null;
  panelName: string;
  panel: PanelState | null;
  sites: readonly string[];
  distance_cm: number | null;
  minutes: number | null;
  levels: Readonly<Record<string, number>>;
  eyewear: boolean;
  refusedPlan: string | null;
  /** What this phone's own records say against it: it may know of entries that the server has not got yet. */
  foreseen: readonly Reason[];
  ticket: TicketNote | null;
  ticketAgeMs: number;
}

/** A ticket this close to its end is not tapped on: the next one is on its way. */
const SPARE_MS = 1500;

const because = (code: string, sentence: string, limit: string, asks: string): Reason => ({
  code,
  sentence,
  limit,
  source: "NIRWeb: nothing starts that cannot be checked and stopped",
  lifts_at: null,
  asks,
  about: "",
});

function aboutPlan(known: StartKnown): Reason | null {
  if (known.sites.length === 0) return because("site_missing", "It is not said where the light goes.", "At least one place", "Choose the places.");
  if (known.distance_cm === null) return because("distance_missing", "The distance is not said.", "0.5 to 300 cm", "Measure from the panel to your skin and enter it.");
  if (known.minutes === null) return because("minutes_missing", "It is not said how long.", "0.1 to 30 min", "Enter the minutes.");
  if (Object.values(known.levels).every((level) => level === 0)) return because("no_light", "Every wavelength is at 0 %.", "At least one wavelength on", "Raise one of them.");
  return null;
}

function aboutLine(known: StartKnown): Reason | null {
  if (!known.signedIn) return because("signed_out", "You are signed out.", "Signed in", "Sign in again.");
  if (!known.lineOpen) {
    return because("offline", "The server is out of reach, and a panel is only ever started through it.", "A live line to the server", "It is tried again by itself. Meanwhile you can use the timer and the log.");
  }
  if (known.bridgeOnline === false) {
    return because("bridge_away", "The bridge of this panel is not connected to the server.", "A bridge in reach", "See that the machine with the Bluetooth bridge is on.");
  }
  return null;
}

/** It is in reach, and of no use as it is [Z18]. The screen leads on from there. */
function aboutUse(wrong: PanelState["wrong"], panelName: string): Reason | null {
  switch (wrong) {
    case "not_bonded":
      return because("not_bonded", `${panelName} is not paired with its bridge.`, "A panel that is paired", "Hold its button for three seconds. Then a code comes here, to be typed in at the panel.");
    case "bond_lost":
      return because("bond_lost", `${panelName} no longer lets its bridge in.`, "A panel that is paired", "Pair it again, while you stand at it.");
    case "another":
      return because("another", `What answers in place of ${panelName} is not what was added.`, "The panel that was added", "If it is the same panel, or its profile was changed, remove it and add it again.");
    default:
      return null;
  }
}

function aboutPanel(known: StartKnown): Reason | null {
  const { panel, panelName } = known;
  if (!panel) return because("looking", `Waiting for word of ${panelName}.`, "A connected panel", "This takes a moment.");
  if (panel.foreign) return because("foreign", `${panelName} is lit already, and not by NIRWeb.`, "A panel that is off", "Switch it off at the panel, then come back.");
  const wrong = aboutUse(panel.wrong, panelName);
  if (wrong) return wrong;
  if (panel.link === "connecting") return because("connecting", `Connecting to ${panelName}.`, "A connected panel", "This takes a few seconds.");
  if (panel.link === "absent") return because("absent", `${panelName} is not in reach of its bridge.`, "A connected panel", "Switch it on, and see that it is near the bridge.");
  if (panel.link === "suspect") return because("suspect", `${panelName} does not answer properly.`, "A panel that answers", "Wait a moment; if it stays, switch it off and on at the wall.");
  if (panel.run !== "idle" && panel.run !== "ended") {
    return because("busy", panel.mine ? `${panelName} is in another session of yours.` : `${panelName} is in use.`, "One session at a time on a panel", "Wait until it has ended.");
  }
  return null;
}

const waitForAnswer = because("checking", "The limits are being checked.", "Every limit checked within the last seconds", "This takes a moment.");

/** Of the phone's own view only limits and holds forbid once the server has spoken: about the rest the server knows more. */
const isLimit = (reason: Reason): boolean => !/^(screening_|guardian_|eyewear$)/.test(reason.code);

/** What stands against it by the limits: in the server's words, else in this phone's own. */
function aboutLimits({ ticket, foreseen }: StartKnown): Reason[] {
  if (ticket && !ticket.allowed && ticket.reasons.length > 0) return ticket.reasons;
  return foreseen.filter((reason) => ticket === null || isLimit(reason));
}

const isFresh = ({ ticket, ticketAgeMs }: StartKnown): boolean =>
  ticket?.allowed === true && ticket.ticket !== null && ticketAgeMs < ticket.ticket_life_ms - SPARE_MS;

/** The gravest first: what the plan lacks, then the limits, the server's own reasons first, then what is out of reach. */
export function whyNot(known: StartKnown): Reason[] {
  const plan = aboutPlan(known);
  if (plan?.code === "minutes_missing" && known.foreseen.length > 0) return [...known.foreseen];
  if (plan) return [plan];
  const line = aboutLine(known);
  if (line) return [line, ...known.foreseen];
  const limits = aboutLimits(known);
  if (limits.length > 0) return limits;
  if (known.refusedPlan) return [because("refused_plan", known.refusedPlan, "A plan that the server understands", "Go back and try again.")];
  const panel = aboutPanel(known);
  if (panel) return [panel];
  return isFresh(known) ? [] : [waitForAnswer];
}

/** What is mended right here on the screen: an open question, not a refusal. */
export const isOpenQuestion = (reason: Reason): boolean =>
  ["site_missing", "distance_missing", "minutes_missing", "no_light", "eyewear"].includes(reason.code);

/** Only passing things stand in the way: said softly, not as a refusal. */
export const isPassing = (reason: Reason): boolean => ["looking", "connecting", "checking"].includes(reason.code);
