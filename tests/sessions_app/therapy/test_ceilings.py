"""Ceilings per site: the vectors, and that more history never allows more."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ble_bridge.contract import limits
from sessions_app.therapy.ceilings import Asked, forbid, room_j_cm2
from sessions_app.therapy.values import POLICY, Exposure
from tests.sessions_app import vectors as read
from tests.sessions_app.samples import NOW

VECTORS = read.vectors("ceilings")


def asked(given: dict[str, Any]) -> Asked:
    return Asked(**(given | {"sites": tuple(given["sites"])}))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=read.names(VECTORS["cases"]))
def test_it_keeps_to_the_ceilings(case: dict[str, Any]) -> None:
    history = [read.exposure(one) for one in case["history"]]
    in_force = replace(POLICY, **case.get("limits", {}))
    reasons = forbid(asked(case["asked"]), history, read.at(VECTORS["now"]), in_force)
    assert read.told(reasons, case["expect"]) == read.expected_reasons(case["expect"])
    assert room_j_cm2(case["asked"]["sites"], history, read.at(VECTORS["now"]), in_force) == pytest.approx(case["room_j_cm2"])


def test_it_takes_the_contracts_limits_for_its_policy() -> None:
    told = read.vectors("limits")
    for name in ("session_s", "fluence_24h_j_cm2", "fluence_7d_j_cm2", "gap_s", "unknown_irradiance_s"):
        assert getattr(POLICY, name) == told[name]
    assert told["session_s"] == limits.MAX_SESSION_S


SITE = st.sampled_from(["face", "neck", "chest"])
WHEN = st.integers(min_value=-8 * 24 * 60, max_value=60).map(lambda minutes: NOW + timedelta(minutes=minutes))
FLUENCE = st.one_of(st.none(), st.floats(min_value=0, max_value=60))


@st.composite
def exposures(draw: st.DrawFn) -> Exposure:
    return Exposure(
        session_id=draw(st.sampled_from(["s1", "h1", "h2"])),
        sites=tuple(draw(st.sets(SITE, min_size=1))),
        ended_at=draw(WHEN),
        on_s=draw(st.floats(min_value=0, max_value=1800)),
        fluence_j_cm2=draw(FLUENCE),
    )


@st.composite
def wishes(draw: st.DrawFn) -> Asked:
    return Asked(
        session_id="s1",
        sites=tuple(draw(st.sets(SITE, min_size=1))),
        duration_s=draw(st.floats(min_value=1, max_value=2400)),
        fluence_j_cm2=draw(FLUENCE),
    )


@given(wish=wishes(), history=st.lists(exposures(), max_size=8), more=exposures())
def test_it_never_allows_more_for_more_history(wish: Asked, history: list[Exposure], more: Exposure) -> None:
    if not forbid(wish, [*history, more], NOW):
        assert not forbid(wish, history, NOW)
    assert room_j_cm2(wish.sites, [*history, more], NOW) <= room_j_cm2(wish.sites, history, NOW) + 1e-9


@given(wish=wishes(), history=st.lists(exposures(), max_size=8))
def test_P8_it_never_lets_a_site_over_its_ceilings(wish: Asked, history: list[Exposure]) -> None:
    if forbid(wish, history, NOW) or wish.fluence_j_cm2 is None:
        return
    for site in wish.sites:
        for window, ceiling in ((timedelta(hours=24), 50), (timedelta(days=7), 200)):
            had = [one.fluence_j_cm2 or 0 for one in history if site in one.sites and one.ended_at > NOW - window]
            assert sum(had) + wish.fluence_j_cm2 <= ceiling + 1e-9


@given(wish=wishes(), history=st.lists(exposures(), max_size=8))
def test_it_allows_when_it_said_that_it_lifts(wish: Asked, history: list[Exposure]) -> None:
    reasons = forbid(wish, history, NOW)
    lifts: list[datetime] = [reason.lifts_at for reason in reasons if reason.lifts_at is not None]
    if lifts and len(lifts) == len(reasons):
        assert forbid(wish, history, max(lifts)) == ()
        for reason in reasons:
            assert reason.lifts_at is not None
            assert forbid(wish, history, reason.lifts_at - timedelta(seconds=1))


@pytest.mark.parametrize("odd", [nan, inf, -inf])
@given(wish=wishes(), history=st.lists(exposures(), min_size=1, max_size=4), field=st.sampled_from(["on_s", "fluence_j_cm2"]))
def test_it_refuses_what_is_no_number_anywhere(odd: float, wish: Asked, history: list[Exposure], field: str) -> None:
    change: dict[str, Any] = {field: odd}
    broken = replace(history[0], **change)
    assert [reason.code for reason in forbid(wish, [broken, *history[1:]], NOW)] == ["limit_missing"]
    assert room_j_cm2(wish.sites, [broken], NOW) == 0
    for name in ("duration_s", "fluence_j_cm2"):
        change = {name: odd}
        assert [reason.code for reason in forbid(replace(wish, **change), history, NOW)] == ["limit_missing"]


def test_it_refuses_a_time_without_a_zone() -> None:
    naive = NOW.replace(tzinfo=None)
    wish = Asked(session_id="s1", sites=("chest",), duration_s=60, fluence_j_cm2=1)
    past = Exposure(session_id="h1", sites=("chest",), ended_at=naive, on_s=60, fluence_j_cm2=1)
    assert [reason.code for reason in forbid(wish, [past], NOW)] == ["limit_missing"]
    assert [reason.code for reason in forbid(wish, [], naive)] == ["limit_missing"]
