"""Whatever is known of a person: more of it never allows more, and what is no number allows nothing."""

from dataclasses import replace
from datetime import timedelta
from math import inf, nan
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these
from sessions_app.screening.sites import SITES
from sessions_app.screening.values import Answered
from sessions_app.therapy.decision import decide
from sessions_app.therapy.values import Channel, CheckIn, Exposure, Person, Wish
from tests.sessions_app.samples import NOW, PANEL

SOME_SITES = st.sets(st.sampled_from(["face", "neck", "chest", "left_leg"]), min_size=1).map(sorted).map(tuple)
PAST = st.integers(min_value=0, max_value=8 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))

exposures = st.builds(
    Exposure,
    session_id=st.sampled_from(["s1", "h1", "h2"]),
    sites=SOME_SITES,
    ended_at=PAST,
    on_s=st.floats(min_value=0, max_value=1800),
    fluence_j_cm2=st.one_of(st.none(), st.floats(min_value=0, max_value=60)),
)
checkins = st.builds(
    CheckIn,
    id=st.sampled_from(["c1", "c2"]),
    sites=SOME_SITES,
    at=PAST,
    swelling=st.integers(min_value=0, max_value=3),
    blister=st.booleans(),
    eye_trouble=st.booleans(),
)
wishes = st.builds(
    Wish,
    session_id=st.just("s1"),
    sites=SOME_SITES,
    distance_cm=st.floats(min_value=15, max_value=60),
    duration_s=st.integers(min_value=60, max_value=1800),
    levels_pct=st.dictionaries(st.sampled_from([660, 850]), st.integers(min_value=0, max_value=100), min_size=1),
    eyewear=st.just(True),
)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """Nothing, or one or two things, apply."""
    given_answers: dict[str, Any] = dict(nothing_of_these())
    for question in draw(st.lists(st.sampled_from(QUESTIONNAIRE.questions), max_size=2)):
        choices = [option.id for option in question.options] or list(SITES)
        given_answers[question.id] = True if question.kind == "yes_no" else [draw(st.sampled_from(choices))]
    return given_answers


def someone(given_answers: dict[str, Any], history: list[Exposure], seen: list[CheckIn]) -> Person:
    screening = Answered(version=1, answers=given_answers, answered_at=NOW)
    return Person(person_id="p1", zone="UTC", screening=screening, history=tuple(history), checkins=tuple(seen))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    wish=wishes,
    given_answers=answers(),
    history=st.lists(exposures, max_size=4),
    seen=st.lists(checkins, max_size=1),
    more=exposures,
    more_seen=checkins,
    more_answers=answers(),
)
def test_it_never_allows_more_for_knowing_more(
    wish: Wish,
    given_answers: dict[str, Any],
    history: list[Exposure],
    seen: list[CheckIn],
    more: Exposure,
    more_seen: CheckIn,
    more_answers: dict[str, Any],
) -> None:
    both = {question: more_answers[question] or answer for question, answer in given_answers.items()}
    less = decide(wish, PANEL, someone(given_answers, history, seen), NOW)
    for knowing_more in (
        someone(given_answers, [*history, more], seen),
        someone(given_answers, history, [*seen, more_seen]),
        someone(both, history, seen),
    ):
        decision = decide(wish, PANEL, knowing_more, NOW)
        assert less.allowed or not decision.allowed
        if less.clearance and decision.clearance:
            assert (decision.clearance.max_fluence_j_cm2 or 0) <= (less.clearance.max_fluence_j_cm2 or 0) + 1e-9


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(wish=wishes, history=st.lists(exposures, max_size=4))
def test_it_clears_only_what_fits(wish: Wish, history: list[Exposure]) -> None:
    decision = decide(wish, PANEL, someone(dict(nothing_of_these()), history, []), NOW)
    if not decision.allowed:
        assert decision.reasons
        assert decision.clearance is None
        return
    assert decision.clearance is not None
    assert decision.estimate_j_cm2 is not None
    assert decision.clearance.max_fluence_j_cm2 is not None
    assert sum(decision.estimate_j_cm2.values()) <= decision.clearance.max_fluence_j_cm2 + 1e-9
    assert decision.clearance.max_fluence_j_cm2 <= 50
    assert decision.clearance.max_duration_s <= 1800
    for wavelength_nm, level_pct in wish.levels_pct.items():
        assert level_pct <= decision.clearance.max_level_pct[wavelength_nm]


@pytest.mark.parametrize("odd", [nan, inf, -inf])
@pytest.mark.parametrize(
    "place", ["distance_cm", "duration_s", "pulse_hz", "level", "table_cm", "table_mw", "min_pct", "max_pct", "on_s", "fluence"]
)
def test_it_allows_nothing_that_is_no_number(odd: float, place: str) -> None:
    wish = Wish(session_id="s1", sites=("chest",), distance_cm=15, duration_s=60, levels_pct={660: 50.0}, eyewear=True)
    channel: Channel = PANEL[0]
    past = Exposure(session_id="h1", sites=("chest",), ended_at=NOW - timedelta(hours=9), on_s=60, fluence_j_cm2=1)
    changes: dict[str, dict[str, Any]] = {
        "level": {"levels_pct": {660: odd}},
        "table_cm": {"irradiance": ((15.0, 40.0), (odd, 30.0))},
        "table_mw": {"irradiance": ((15.0, 40.0), (30.0, odd))},
        "fluence": {"fluence_j_cm2": odd},
    }
    change = changes.get(place, {place: odd})
    if place in {"distance_cm", "duration_s", "pulse_hz", "level"}:
        wish = replace(wish, **change)
    elif place in {"table_cm", "table_mw", "min_pct", "max_pct"}:
        channel = replace(channel, **change)
    else:
        past = replace(past, **change)
    decision = decide(wish, [channel], someone(dict(nothing_of_these()), [past], []), NOW)
    assert not decision.allowed
