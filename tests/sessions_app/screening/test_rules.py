"""What the answers mean, by wavelength and body site: every row of docs/evidence.md, "Who should not"."""

from collections import defaultdict
from datetime import timedelta
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these
from sessions_app.screening.rules import SEVERITY, faults, judge
from sessions_app.screening.sites import SITES
from sessions_app.screening.values import Agreed, Answered, LightOn, Verdict
from tests.sessions_app.samples import NOW
from tests.sessions_app.vectors import agreed, answered, at, vectors

VECTORS = vectors("screening")


def verdict_of(case: dict[str, Any]) -> Verdict:
    given = {"version": 1, "answered_at": VECTORS["answered_at"], "stored_at": None, "since": {}}
    given |= {key: case[key] for key in given if key in case}
    agreements = [agreed(one) for one in case.get("agreements", [])]
    agreements += [
        Agreed(question_id=one, agreed_on=at(VECTORS["now"]).date(), recorded_at=at(VECTORS["now"]))
        for one in case.get("agreed", [])
    ]
    light = LightOn(sites=tuple(case["sites"]), wavelengths_nm=tuple(case["wavelengths_nm"]), pulse_hz=case.get("pulse_hz"))
    screening = None if case["answers"] is None else answered(given, case["answers"])
    return judge(screening, agreements, light, at(case.get("now", VECTORS["now"])), VECTORS["zone"])


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["row"])
def test_it_judges_as_the_row_says(case: dict[str, Any]) -> None:
    verdict = verdict_of(case)
    assert verdict.outcome == case["outcome"]
    if "lifts_at" in case:
        assert [finding.lifts_at for finding in verdict.findings] == [at(case["lifts_at"])]


@pytest.mark.parametrize("case", VECTORS["sentences"], ids=lambda case: "+".join(case["answers"]))
def test_it_says_what_an_answer_means(case: dict[str, Any]) -> None:
    found = [
        {key: list(value) if isinstance(value, tuple) else value for key, value in wanted.items()} for wanted in case["findings"]
    ]
    told = [
        {
            "question_id": finding.question_id,
            "outcome": finding.outcome,
            "sites": list(finding.sites),
            "sentence": finding.sentence,
            "source": finding.source,
        }
        for finding in verdict_of(case).findings
    ]
    assert told == found


def test_it_has_a_vector_for_every_rule_and_option() -> None:
    outcomes = defaultdict(set)
    options = set()
    for case in VECTORS["cases"]:
        if case["answers"] and len(case["answers"]) == 1 and "agreed" not in case:
            ((question, answer),) = case["answers"].items()
            outcomes[question].add(case["outcome"])
            options |= set(answer) if isinstance(answer, list) else set()
    for question in QUESTIONNAIRE.questions:
        assert {rule.outcome for rule in question.rules} <= outcomes[question.id], question.id
        assert {option.id for option in question.options} <= options, question.id


def test_it_never_lets_an_agreement_lift_a_block() -> None:
    everything = [Agreed(question_id=one.id, agreed_on=NOW.date(), recorded_at=NOW) for one in QUESTIONNAIRE.questions]
    for question in QUESTIONNAIRE.questions:
        answer = True if question.kind == "yes_no" else [option.id for option in question.options] or ["chest"]
        screening = Answered(version=1, answers=nothing_of_these() | {question.id: answer}, answered_at=NOW)
        light = LightOn(sites=tuple(SITES), wavelengths_nm=(450, 660, 850), pulse_hz=10)
        blocked = any(rule.outcome == "block" for rule in question.rules)
        assert judge(screening, everything, light, NOW, "UTC").free is not blocked, question.id


def test_it_takes_a_pulse_that_is_no_number_for_a_slow_one() -> None:
    screening = Answered(version=1, answers=nothing_of_these() | {"epilepsy": True}, answered_at=NOW)
    light = LightOn(sites=("chest",), wavelengths_nm=(660,), pulse_hz=nan)
    assert judge(screening, (), light, NOW, "UTC").outcome == "block"


def test_it_tells_which_answers_cannot_be_taken() -> None:
    assert faults(dict(nothing_of_these())) == {}
    wrong: dict[str, Any] = nothing_of_these() | {
        "lupus": 1,
        "eyes": ["glasses"],
        "cancer_now": ["chest", "chest"],
        "shoe_size": 43,
    }
    del wrong["pregnant"]
    assert set(faults(wrong)) == {"lupus", "eyes", "cancer_now", "shoe_size", "pregnant"}


answers = st.fixed_dictionaries(
    {
        question.id: st.booleans()
        if question.kind == "yes_no"
        else st.lists(st.sampled_from([option.id for option in question.options] or list(SITES)), unique=True)
        for question in QUESTIONNAIRE.questions
    }
)
some_sites = st.lists(st.sampled_from(list(SITES)), min_size=1, unique=True)
some_light = st.lists(st.sampled_from([415, 450, 590, 630, 660, 810, 850]), min_size=1, unique=True)


@given(
    answers=answers,
    sites=some_sites,
    more=st.sampled_from(list(SITES)),
    light=some_light,
    more_nm=st.sampled_from([415, 660, 850]),
)
def test_it_never_allows_more_for_more_light(
    answers: dict[str, Any], sites: list[str], more: str, light: list[int], more_nm: int
) -> None:
    screening = Answered(version=1, answers=answers, answered_at=NOW)
    less = judge(screening, (), LightOn(sites=tuple(sites), wavelengths_nm=tuple(light)), NOW, "UTC").outcome
    wider = LightOn(sites=tuple(dict.fromkeys([*sites, more])), wavelengths_nm=tuple(dict.fromkeys([*light, more_nm])))
    whole = judge(screening, (), wider, NOW, "UTC").outcome
    assert less in SEVERITY
    assert whole in SEVERITY
    assert SEVERITY.index(whole) >= SEVERITY.index(less)


@given(answers=answers, days=st.integers(min_value=90, max_value=10_000))
def test_it_is_never_free_by_old_answers(answers: dict[str, Any], days: int) -> None:
    screening = Answered(version=1, answers=answers, answered_at=NOW)
    light = LightOn(sites=("chest",), wavelengths_nm=(660,))
    assert not judge(screening, (), light, NOW + timedelta(days=days), "UTC").free
