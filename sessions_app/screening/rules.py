"""What a person's answers mean for the light that is asked about.

Pure. Nothing to judge by (no answers, old ones, missing ones) is never free; of several findings the worst counts.
Sources stand beside each rule in `questions.json`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessions_app.localtime import day_of, end_of_day
from sessions_app.screening.questionnaire import EVERYWHERE, QUESTIONNAIRE, Question, Questionnaire, Rule, fault_of
from sessions_app.screening.sites import SITES, in_words, near
from sessions_app.screening.values import Agreed, Answer, Answered, Finding, LightOn, Outcome, Verdict

SEVERITY: Final[tuple[Outcome, ...]] = ("free", "info", "caution", "clinician", "block")
VISIBLE_BELOW_NM: Final = 780


@dataclass(frozen=True, slots=True)
class _Context:
    answered: Answered
    agreements: Sequence[Agreed]
    light: LightOn
    now: datetime
    zone: str


def judge(
    answered: Answered | None,
    agreements: Sequence[Agreed],
    light: LightOn,
    now: datetime,
    zone: str,
    questionnaire: Questionnaire = QUESTIONNAIRE,
) -> Verdict:
    """The outcome of these answers for this light, now. `zone` (IANA) is where the person's days are."""
    if answered is None:
        return Verdict(outcome="missing", findings=(), valid_until=None)
    valid_until = _first_known(answered) + timedelta(days=questionnaire.valid_days)
    unanswered = _unanswered(answered, questionnaire)
    if unanswered or answered.version not in questionnaire.accepts:
        return Verdict(outcome="incomplete", findings=(), valid_until=valid_until, unanswered=unanswered)
    context = _Context(answered, agreements, light, now, zone)
    findings = tuple(finding for question in questionnaire.questions for finding in _findings(question, context, questionnaire))
    if now >= valid_until:
        return Verdict(outcome="due", findings=findings, valid_until=valid_until)
    return Verdict(outcome=worst(finding.outcome for finding in findings), findings=findings, valid_until=valid_until)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    return max(outcomes, key=SEVERITY.index, default="free")


def needs_guardian(answered: Answered | None, questionnaire: Questionnaire = QUESTIONNAIRE) -> bool:
    """True when an answer (under 18) asks for a guardian's account."""
    if answered is None:
        return False
    return any(answered.answers.get(question.id) for question in questionnaire.questions if question.needs_guardian)


def faults(answers: Mapping[str, object], questionnaire: Questionnaire = QUESTIONNAIRE) -> dict[str, str]:
    """Question id → why its answer cannot be taken, in words. Empty: the answers are complete and sound."""
    found = {one: "There is no such question." for one in answers if questionnaire.question(one) is None}
    for question in questionnaire.questions:
        fault = fault_of(question, answers[question.id]) if question.id in answers else "This question has no answer."
        if fault:
            found[question.id] = fault
    return found


def _first_known(answered: Answered) -> datetime:
    # of the phone's and the server's clock the earlier: a fast clock does not make answers last longer
    return min(answered.answered_at, answered.stored_at or answered.answered_at)


def _unanswered(answered: Answered, questionnaire: Questionnaire) -> tuple[str, ...]:
    return tuple(
        question.id
        for question in questionnaire.questions
        if question.id not in answered.answers or fault_of(question, answered.answers[question.id])
    )


def _findings(question: Question, context: _Context, questionnaire: Questionnaire) -> list[Finding]:
    answer = context.answered.answers[question.id]
    if not answer:
        return []
    lapses_at = _end_of_day(context) if question.lasts == "today" else None
    if lapses_at is not None and context.now >= lapses_at:
        return [_lapsed(question, context.light, questionnaire)]
    hits = _hits(question, answer, context.light)
    return [_finding(question, rule, hits[index], context, questionnaire, lapses_at)
            for index, rule in enumerate(question.rules) if index in hits]  # fmt: skip


@dataclass(slots=True)
class _Hit:
    """What a rule fits, each thing once, in the order of the light that is asked about."""

    sites: dict[str, None]
    wavelengths_nm: dict[int, None]
    options: dict[str, None]


def _hits(question: Question, answer: Answer, light: LightOn) -> dict[int, _Hit]:
    """Rule index → what it fits. For each site and wavelength the first rule that fits counts."""
    found: dict[int, _Hit] = {}
    options = list(answer) if question.kind == "options" and isinstance(answer, list) else [""]
    for site in light.sites:
        for wavelength_nm in light.wavelengths_nm:
            index = _first_fit(question, answer, site, wavelength_nm, light.pulse_hz)
            if index is None:
                continue
            hit = found.setdefault(index, _Hit({}, {}, {}))
            hit.sites[site] = None
            hit.wavelengths_nm[wavelength_nm] = None
            hit.options.update(dict.fromkeys(options))
    return found


def _first_fit(question: Question, answer: Answer, site: str, wavelength_nm: int, pulse_hz: float | None) -> int | None:
    for index, rule in enumerate(question.rules):
        if _at_site(rule, answer, site) and _in_light(rule, wavelength_nm, pulse_hz):
            return index
    return None


def _at_site(rule: Rule, answer: Answer, site: str) -> bool:
    if rule.when.sites is not None and site not in rule.when.sites:
        return False
    if rule.when.where is None:
        return True
    marked = answer if isinstance(answer, list) else []
    if EVERYWHERE in marked or site not in SITES:
        return True
    return site in (near(marked) if rule.when.where == "near" else marked)


def _in_light(rule: Rule, wavelength_nm: int, pulse_hz: float | None) -> bool:
    if rule.when.below_nm is not None and wavelength_nm >= rule.when.below_nm:
        return False
    slow = rule.when.visible_pulse_below_hz
    if slow is None:
        return True
    # written so that a NaN counts as slow
    return wavelength_nm < VISIBLE_BELOW_NM and pulse_hz is not None and not pulse_hz >= slow


def _finding(
    question: Question, rule: Rule, hit: _Hit, context: _Context, questionnaire: Questionnaire, lapses_at: datetime | None
) -> Finding:
    agreed_on = None
    if rule.outcome == "clinician":
        agreed = [one for one in context.agreements if _counts(one, question.id, context)]
        agreed_on = max((one.agreed_on for one in agreed), default=None)
    inside = {option.id: option.inside for option in question.options}
    words = {
        "sites": in_words(hit.sites),
        "wavelengths": _and([f"{wavelength_nm} nm" for wavelength_nm in hit.wavelengths_nm]),
        "options": _and([inside[option] for option in hit.options if option]),
    }
    return Finding(
        question_id=question.id,
        outcome="caution" if agreed_on else rule.outcome,
        sites=tuple(hit.sites),
        wavelengths_nm=tuple(hit.wavelengths_nm),
        sentence=rule.sentence.format(**words),
        source=questionnaire.sources[rule.source].name,
        asks=rule.asks.format(**words),
        lifts_at=lapses_at,
        agreed_on=agreed_on,
    )


def _lapsed(question: Question, light: LightOn, questionnaire: Questionnaire) -> Finding:
    return Finding(
        question_id=question.id,
        outcome="caution",
        sites=light.sites,
        wavelengths_nm=light.wavelengths_nm,
        sentence=question.lapsed,
        source=questionnaire.sources[question.rules[0].source].name,
        asks="",
    )


def _counts(agreed: Agreed, question_id: str, context: _Context) -> bool:
    """For this question, not from the future, and not from before the answer was last changed."""
    if agreed.question_id != question_id or agreed.agreed_on > day_of(context.now, context.zone):
        return False
    since = context.answered.since.get(question_id)
    return since is None or agreed.recorded_at >= since


def _end_of_day(context: _Context) -> datetime:
    """Midnight after the answer, where the person is; of the phone's and the server's clock the later."""
    last_known = max(context.answered.answered_at, context.answered.stored_at or context.answered.answered_at)
    return end_of_day(day_of(last_known, context.zone), context.zone)


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""
