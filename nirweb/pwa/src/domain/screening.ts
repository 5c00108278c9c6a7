/** What a person's answers mean for the light that is asked about, as `sessions_app/screening/rules.py`. */

import { dayOf, endOfDay } from "./localtime";
import { EVERYWHERE, QUESTIONNAIRE, faultOf, type Outcome, type Question, type Questionnaire, type Rule } from "./questionnaire";
import { SITES, near, sitesInWords } from "./sites";
import type { Agreed, Answered, Day, Moment } from "./values";
import { fill, listed } from "./wording";

export const SEVERITY: readonly Outcome[] = ["free", "info", "caution", "clinician", "block"];
const DAY_MS = 86_400_000;
const VISIBLE_BELOW_NM = 780;

export interface LightOn {
  sites: readonly string[];
  wavelengths_nm: readonly number[];
  /** null: continuous. */
  pulse_hz: number | null;
}

/** What one answer means; an agreed `clinician` is a `caution` here. */
export interface Finding {
  question_id: string;
  outcome: Outcome;
  sites: readonly string[];
  wavelengths_nm: readonly number[];
  sentence: string;
  source: string;
  asks: string;
  lifts_at: Moment | null;
  agreed_on: Day | null;
}

export interface Verdict {
  /** The worst of the findings; or why there is nothing to judge by, which is never free. */
  outcome: Outcome | "missing" | "due" | "incomplete";
  findings: readonly Finding[];
  valid_until: Moment | null;
  unanswered: readonly string[];
}

interface Context {
  answered: Answered;
  agreements: readonly Agreed[];
  light: LightOn;
  now: Moment;
  zone: string;
  questionnaire: Questionnaire;
}

export function judge(
  answered: Answered | null,
  agreements: readonly Agreed[],
  light: LightOn,
  now: Moment,
  zone: string,
  questionnaire: Questionnaire = QUESTIONNAIRE,
): Verdict {
  if (!answered) return { outcome: "missing", findings: [], valid_until: null, unanswered: [] };
  const firstKnown = Math.min(answered.answered_at, answered.stored_at ?? answered.answered_at);
  const valid_until = firstKnown + questionnaire.valid_days * DAY_MS;
  const unanswered = questionnaire.questions
    .filter((question) => faultOf(question, answered.answers[question.id]) !== "")
    .map((question) => question.id);
  if (unanswered.length > 0 || !questionnaire.accepts.includes(answered.version)) {
    return { outcome: "incomplete", findings: [], valid_until, unanswered };
  }
  const context = { answered, agreements, light, now, zone, questionnaire };
  const findings = questionnaire.questions.flatMap((question) => findingsOf(question, context));
  // written so that a time that is no number is due
  const outcome = now < valid_until ? worst(findings.map((finding) => finding.outcome)) : "due";
  return { outcome, findings, valid_until, unanswered: [] };
}

export const worst = (outcomes: readonly Outcome[]): Outcome =>
  SEVERITY[Math.max(0, ...outcomes.map((outcome) => SEVERITY.indexOf(outcome)))] ?? "block";

/** Whether an answer (under 18) asks for a guardian's account. */
export const needsGuardian = (answered: Answered | null, questionnaire: Questionnaire = QUESTIONNAIRE): boolean =>
  questionnaire.questions.some((question) => question.needs_guardian && applies(answered?.answers[question.id]));

const applies = (answer: unknown): boolean => (Array.isArray(answer) ? answer.length > 0 : answer === true);

function findingsOf(question: Question, context: Context): Finding[] {
  const answer = context.answered.answers[question.id];
  if (!applies(answer)) return [];
  const lapses_at = question.lasts === "today" ? endOfAnswersDay(context) : null;
  if (lapses_at !== null && context.now >= lapses_at) return [lapsed(question, context)];
  const marked = Array.isArray(answer) ? (answer as string[]) : [];
  const hits = hitsOf(question, marked, context.light);
  return question.rules.flatMap((rule, index) => {
    const hit = hits.get(index);
    return hit ? [findingOf(question, rule, hit, marked, context, lapses_at)] : [];
  });
}

interface Hit {
  sites: Set<string>;
  wavelengths_nm: Set<number>;
}

/** Rule index → what it fits. For each site and wavelength the first rule that fits counts. */
function hitsOf(question: Question, marked: readonly string[], light: LightOn): Map<number, Hit> {
  const found = new Map<number, Hit>();
  for (const site of light.sites) {
    for (const nm of light.wavelengths_nm) {
      const index = question.rules.findIndex((rule) => atSite(rule, marked, site) && inLight(rule, nm, light.pulse_hz));
      if (index < 0) continue;
      const hit = found.get(index) ?? { sites: new Set(), wavelengths_nm: new Set() };
      hit.sites.add(site);
      hit.wavelengths_nm.add(nm);
      found.set(index, hit);
    }
  }
  return found;
}

function atSite(rule: Rule, marked: readonly string[], site: string): boolean {
  if (rule.when?.sites && !rule.when.sites.includes(site)) return false;
  if (!rule.when?.where || marked.includes(EVERYWHERE) || !SITES.has(site)) return true;
  return rule.when.where === "near" ? near(marked).has(site) : marked.includes(site);
}

function inLight(rule: Rule, nm: number, pulse_hz: number | null): boolean {
  if (rule.when?.below_nm !== undefined && nm >= rule.when.below_nm) return false;
  const slow = rule.when?.visible_pulse_below_hz;
  if (slow === undefined) return true;
  // written so that a NaN counts as slow
  return nm < VISIBLE_BELOW_NM && pulse_hz !== null && !(pulse_hz >= slow);
}

function findingOf(question: Question, rule: Rule, hit: Hit, marked: readonly string[], context: Context, lifts_at: Moment | null): Finding {
  const dates = context.agreements.filter((one) => counts(one, question.id, context)).map((one) => one.agreed_on);
  const agreed_on = rule.outcome === "clinician" ? (dates.sort().at(-1) ?? null) : null;
  const options = question.options ?? [];
  const words = {
    sites: sitesInWords(hit.sites),
    wavelengths: listed([...hit.wavelengths_nm].map((nm) => `${nm} nm`)),
    options: listed(marked.flatMap((id) => options.find((option) => option.id === id)?.inside ?? [])),
  };
  return {
    question_id: question.id,
    outcome: agreed_on === null ? rule.outcome : "caution",
    sites: [...hit.sites],
    wavelengths_nm: [...hit.wavelengths_nm],
    sentence: fill(rule.sentence, words),
    source: sourceName(rule, context),
    asks: fill(rule.asks, words),
    lifts_at,
    agreed_on,
  };
}

function lapsed(question: Question, context: Context): Finding {
  const [rule] = question.rules;
  return {
    question_id: question.id,
    outcome: "caution",
    sites: context.light.sites,
    wavelengths_nm: context.light.wavelengths_nm,
    sentence: question.lapsed ?? "",
    source: rule ? sourceName(rule, context) : "",
    asks: "",
    lifts_at: null,
    agreed_on: null,
  };
}

const sourceName = (rule: Rule, context: Context): string => context.questionnaire.sources[rule.source]?.name ?? rule.source;

/** For this question, not from the future, and not from before the answer was last changed. */
function counts(agreed: Agreed, question_id: string, context: Context): boolean {
  if (agreed.question_id !== question_id || agreed.agreed_on > dayOf(context.now, context.zone)) return false;
  const since = context.answered.since[question_id];
  return since === undefined || agreed.recorded_at >= since;
}

function endOfAnswersDay({ answered, zone }: Context): Moment {
  return endOfDay(dayOf(Math.max(answered.answered_at, answered.stored_at ?? answered.answered_at), zone), zone);
}
