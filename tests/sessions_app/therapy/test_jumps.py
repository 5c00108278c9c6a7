"""A server clock that is set ahead empties no window; levels below what a panel can do are refused (docs/dose.md)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.clock import Moment
from sessions_app.panels.models import Panel
from sessions_app.problems import Problem
from sessions_app.therapy import checking, levels
from sessions_app.therapy.jumps import KEPT, Mark, counted_from, look
from sessions_app.therapy.models import CheckIn, ClockMark, HoldRelease, SessionLog
from tests.sessions_app import scene

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moment(passed: timedelta, ahead: timedelta = timedelta(0), boot: str = "boot-1") -> Mark:
    """So long after noon by the steady clock, with the wall clock that much ahead."""
    return Mark(NOON + passed + ahead, round(passed / timedelta(milliseconds=1)), boot)


def seen(*moments: Mark) -> Mark:
    mark: Mark | None = None
    for one in moments:
        mark = look(mark, one)
    assert mark is not None
    return mark


def test_D20_clocks_that_go_together_make_no_jump() -> None:
    mark = seen(moment(0 * HOUR))
    assert look(mark, moment(HOUR / 2, timedelta(seconds=9))) is mark
    assert seen(moment(0 * HOUR), moment(90 * HOUR, timedelta(seconds=9))).jumps == ()


def test_D21_light_from_before_a_jump_counts_as_that_much_later() -> None:
    mark = seen(moment(0 * HOUR), moment(HOUR, 24 * HOUR))
    assert counted_from(NOON, mark.jumps) == NOON + 24 * HOUR
    after = mark.wall + HOUR
    assert counted_from(after, mark.jumps) == after


@pytest.mark.parametrize("back_h", [1, 24, 30])
def test_D22_what_is_put_back_takes_a_jump_back(back_h: int) -> None:
    ahead = (24 - back_h) * HOUR
    mark = seen(moment(0 * HOUR), moment(HOUR, 24 * HOUR), moment(2 * HOUR, ahead))
    assert counted_from(NOON, mark.jumps) == NOON + max(ahead, 0 * HOUR)


def test_D23_a_jump_is_forgotten_once_all_before_it_has_left_the_windows() -> None:
    start, jumped = moment(0 * HOUR), moment(HOUR, 24 * HOUR)
    assert seen(start, jumped, moment(KEPT - HOUR, 24 * HOUR)).jumps
    assert seen(start, jumped, moment(KEPT - HOUR, 24 * HOUR, "boot-2")).jumps, "nor by a restart of the machine"
    assert seen(start, jumped, moment(KEPT + 2 * HOUR, 24 * HOUR)).jumps == ()


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(-72, 72)), min_size=1, max_size=12))
def test_D21_no_light_ever_seems_older_than_it_is(steps: list[tuple[int, int]]) -> None:
    """Whatever the wall clock does while the machine is up. Light is written down right after each look."""
    passed, ahead = timedelta(0), timedelta(0)
    mark = look(None, moment(passed))
    lights = [(passed, NOON)]
    for hours, jump in steps:
        passed, ahead = passed + hours * HOUR, ahead + jump * HOUR
        now = moment(passed, ahead)
        mark = look(mark, now)
        for truly, written in lights:
            seems = now.wall - counted_from(written, mark.jumps)
            assert seems <= passed - truly + HOUR / 60 or passed - truly > timedelta(days=7)
        lights.append((passed, now.wall))


def codes(user: User, panel: Panel, now: Moment) -> list[str]:
    return [one.code for one in checking.check(user, scene.DEVICE, scene.a_plan(panel), now).reasons if one.code != "bridge_away"]


def ahead_of(now: Moment, **by: float) -> Moment:
    """The wall clock set ahead; the steady one cannot be."""
    return Moment(now.wall + timedelta(**by), now.steady_ms + 1000, now.clock_id)


def test_D21_P8_a_day_ahead_empties_neither_gap_nor_ceilings(ready: User, a_panel: Panel) -> None:
    now = clock.now()
    SessionLog.objects.create(user=ready, sites=["chest"], started_at=now.wall - HOUR, duration_s=600, how="timer")
    assert codes(ready, a_panel, now) == ["gap"]
    for _ in range(2):
        assert codes(ready, a_panel, ahead_of(now, days=1)) == ["gap"]
    assert codes(ready, a_panel, ahead_of(now, days=40)) == ["gap"], "nor a second jump, over the reach of what is read"
    assert len(ClockMark.objects.get().jumps) == 2
    true_day = scene.later(now, days=1)
    assert codes(ready, a_panel, Moment(true_day.wall + timedelta(days=40), true_day.steady_ms, now.clock_id)) == []


def test_D21_a_day_ahead_releases_no_hold(ready: User, a_panel: Panel) -> None:
    now = clock.now()
    checkin = CheckIn.objects.create(user=ready, sites=["chest"], at=now.wall, comfort=5, swelling=2)
    HoldRelease.objects.create(user=ready, site="chest", checkin_id=checkin.pk, kind="self", at=now.wall + timedelta(hours=25))
    codes(ready, a_panel, now)
    assert codes(ready, a_panel, ahead_of(now, days=1, hours=2)) == ["hold_site"]


def test_D16_a_level_below_what_the_panel_can_do_is_refused(ready: User, a_panel: Panel) -> None:
    """The panel in the scene is dimmed to 5 % at most."""
    verdict = checking.check(ready, scene.DEVICE, scene.a_plan(a_panel, levels_pct={660: 4}), clock.now())
    assert [one.code for one in verdict.reasons] == ["level_out_of_range"]
    plan = scene.a_plan(a_panel)
    scene.started(ready, plan)
    with pytest.raises(Problem) as problem:
        levels.change(ready.pk, plan.session_id, {660: 4}, scene.TRACE, clock.now())
    assert [one.code for one in problem.value.errors] == ["under_range"]
    levels.change(ready.pk, plan.session_id, {660: 5, 850: 0}, scene.TRACE, clock.now())
