"""Pause, resume and other levels: a pause is a stop, a resume a new start with every check made again (docs/bridge.md, B28)."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db.models import F

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.panels import commands, doorbell
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.problems import Problem
from sessions_app.therapy import checking, closing, levels, stopping, telemetry
from sessions_app.therapy.models import Run, Session
from tests.conftest import Browser
from tests.sessions_app import scene


def refused(user: User, panel: Panel, **changes: object) -> list[str]:
    verdict = checking.check(user, scene.DEVICE, scene.a_plan(panel, **changes), clock.now())
    assert verdict.allowed == (not verdict.reasons) == (verdict.ticket is not None) == (verdict.clearance is not None)
    return [one.code for one in verdict.reasons]


@pytest.fixture
def journal(a_bridge: Bridge) -> scene.Journal:
    journal = scene.Journal(a_bridge)
    telemetry.begin(a_bridge.pk, journal.hello())
    return journal


def tell(journal: scene.Journal, session: Session, kind: str, run_no: int = 1, **changes: object) -> None:
    telemetry.store(journal.bridge.pk, journal.event(scene.run_of(session, run_no), kind, **changes), clock.now())
    session.refresh_from_db()


def lit(user: User, panel: Panel, journal: scene.Journal, seconds: float = 120) -> Session:
    """A session that has run so long."""
    done = scene.started(user, scene.a_plan(panel))
    commands.claim(panel.bridge_id, scene.claim_of(done.command), clock.now())
    session = done.session
    for kind in ("arming", "running"):
        tell(journal, session, kind)
    tell(journal, session, "dose", on_time_s=seconds, full_level_s={660: seconds / 2})
    return session


def paused(user: User, panel: Panel, journal: scene.Journal) -> Session:
    session = lit(user, panel, journal)
    stopping.pause(session, user.pk, scene.TRACE, clock.now())
    tell(journal, session, "ended", end_reason="client", off_confirmed=True)
    return session


def test_B28_an_end_that_is_told_before_the_pause_is_written_is_a_pause(
    ready: User, a_panel: Panel, journal: scene.Journal
) -> None:
    session = lit(ready, a_panel, journal)
    tell(journal, session, "ended", end_reason="client", off_confirmed=True)
    assert session.state == "ended"
    stopping.pause(session, ready.pk, scene.TRACE, clock.now())
    session.refresh_from_db()
    assert (session.state, session.ended_at, session.end_reason) == ("paused", None, "")


@pytest.mark.parametrize(("wished", "reason"), [(True, "client"), (False, "completed"), (False, "deadman")])
def test_B28_no_other_end_is_a_pause(ready: User, a_panel: Panel, journal: scene.Journal, wished: bool, reason: str) -> None:
    session = lit(ready, a_panel, journal)
    if wished:
        stop = stopping.panel(a_panel, emergency=False, trace=scene.TRACE)
        stopping.note(a_panel.bridge_id, stop, ready.pk, clock.now())
    tell(journal, session, "ended", end_reason=reason, off_confirmed=True)
    stopping.pause(session, ready.pk, scene.TRACE, clock.now())
    session.refresh_from_db()
    assert (session.state, session.end_reason) == ("ended", reason)


def test_B28_a_pause_is_rung_for_before_it_is_written(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session, done = lit(ready, a_panel, journal), []
    with (
        mock.patch.object(doorbell, "send", side_effect=lambda *_: done.append("rung")),
        mock.patch.object(stopping, "note", side_effect=lambda *_, **__: done.append("written")),
    ):
        stopping.pause(session, ready.pk, scene.TRACE, clock.now())
    assert done == ["rung", "written"]


def test_B28_a_pause_keeps_the_session_and_its_panel(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    assert (session.state, session.on_s) == ("paused", 120)
    assert refused(ready, a_panel) == ["panel_busy", "gap"]


def test_a_pause_asked_for_twice_is_one(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = lit(ready, a_panel, journal)
    browser, path = Browser(ready), f"/api/therapy/sessions/{session.pk}/pause"
    assert [browser.send("post", path).status_code for _ in range(2)] == [202, 202]
    assert Command.objects.filter(kind="stop").count() == 1
    tell(journal, session, "ended", end_reason="client", off_confirmed=True)
    assert browser.send("post", path).status_code == 202
    session.refresh_from_db()
    assert session.state == "paused"


def test_B28_a_resume_is_a_new_run_with_the_time_that_is_left(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    again = {"session_id": session.pk}
    assert refused(ready, a_panel, **again, duration_s=481) == ["session_remaining"]
    assert refused(ready, a_panel, **again, duration_s=480, sites=["face"]) == ["session_other_plan"]
    plan = scene.a_plan(a_panel, **again, duration_s=480)
    with pytest.raises(Problem) as problem:
        scene.started(ready, plan, run_no=3)
    assert problem.value.code == "run_no_wrong"
    done = scene.started(ready, plan, run_no=2)
    assert wire.StartArgs.model_validate(done.command.args).run_no == 2
    clearance = wire.Clearance.model_validate(done.command.clearance)
    assert clearance.max_fluence_j_cm2 == pytest.approx(50 - 120 / 2 * 30 / 1000)
    session.refresh_from_db()
    assert (session.state, session.run_no) == ("requested", 2)


def test_B28_a_resume_makes_every_check_again(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    scene.answers(ready, fever_today=True)
    assert refused(ready, a_panel, session_id=session.pk, duration_s=60) == ["screening_block"]


def test_B28_a_pause_of_half_an_hour_is_the_end_also_where_nothing_swept(
    ready: User, a_panel: Panel, journal: scene.Journal
) -> None:
    session = paused(ready, a_panel, journal)
    assert refused(ready, a_panel, session_id=session.pk, duration_s=60) == []
    Run.objects.update(ended_at=F("ended_at") - timedelta(minutes=31))
    assert refused(ready, a_panel, session_id=session.pk, duration_s=60) == ["session_over"]


def test_B14_the_pauses_own_stop_does_not_stop_the_resume(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    done = scene.started(ready, scene.a_plan(a_panel, session_id=session.pk, duration_s=60), run_no=2)
    assert isinstance(commands.claim(a_panel.bridge_id, scene.claim_of(done.command), clock.now()), wire.Grant)


def test_a_stop_of_a_paused_session_ends_it(ready: User, bob: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    stop = stopping.panel(a_panel, emergency=False, trace=scene.TRACE)
    stopping.note(a_panel.bridge_id, stop, bob.pk, clock.now())
    session.refresh_from_db()
    assert (session.state, session.end_reason, session.off_confirmed) == ("ended", "client", True)


def test_a_resume_that_was_late_leaves_the_session_paused(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    done = scene.started(ready, scene.a_plan(a_panel, session_id=session.pk, duration_s=60), run_no=2)
    closing.sweep(scene.later(clock.now(), seconds=11))
    session.refresh_from_db()
    assert (session.state, scene.run_of(session, 2).end_reason) == ("paused", "late")
    assert Command.objects.get(pk=done.command.pk).state == "expired"


def test_levels_stay_within_the_clearance(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = lit(ready, a_panel, journal)
    command = levels.change(ready.pk, session.pk, {660: 80, 850: 20}, scene.TRACE, clock.now())
    args = wire.SetLevelsArgs.model_validate(command.args)
    assert args.levels_pct == {660: 80, 850: 20}
    assert scene.run_of(session).highest_pct == {"660": 80, "850": 20}
    levels.change(ready.pk, session.pk, {660: 10, 850: 0}, scene.TRACE, clock.now())
    assert scene.run_of(session).highest_pct == {"660": 80, "850": 20}
    for wrong in ({810: 10}, {660: 0, 850: 0}):
        with pytest.raises(Problem) as problem:
            levels.change(ready.pk, session.pk, wrong, scene.TRACE, clock.now())
        assert problem.value.status == 422


def test_levels_are_not_changed_in_a_pause(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    session = paused(ready, a_panel, journal)
    with pytest.raises(Problem) as problem:
        levels.change(ready.pk, session.pk, {660: 10}, scene.TRACE, clock.now())
    assert problem.value.code == "not_running"
