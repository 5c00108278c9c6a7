"""The start on the server: ticket, decision under locks, lease, command (PROMISES, "Start"; docs/bridge.md)."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.panels import commands
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.problems import Problem
from sessions_app.therapy import checking, stopping
from sessions_app.therapy.models import CheckIn, Run, Session, SessionLog
from sessions_app.therapy.stop_tokens import read
from tests.sessions_app import scene


def refused(user: User, panel: Panel, **changes: object) -> list[str]:
    verdict = checking.check(user, scene.DEVICE, scene.a_plan(panel, **changes), clock.now())
    assert verdict.allowed == (not verdict.reasons) == (verdict.ticket is not None) == (verdict.clearance is not None)
    return [one.code for one in verdict.reasons]


def test_it_records_session_run_and_command_with_a_clearance(ready: User, a_panel: Panel) -> None:
    plan = scene.a_plan(a_panel)
    done = scene.started(ready, plan)
    session, command = Session.objects.get(), Command.objects.get()
    assert session.pk == plan.session_id == command.session_id
    assert session.state == Session.State.REQUESTED
    assert session.irradiance_mw_cm2 == {"660": 30.0, "850": 30.0}
    clearance = wire.Clearance.model_validate(command.clearance)
    assert session.clearance == command.clearance
    assert clearance.person_id == ready.pk
    assert clearance.max_duration_s == 600
    assert clearance.max_fluence_j_cm2 == 50.0
    args = wire.StartArgs.model_validate(command.args)
    assert (args.run_no, args.duration_s, args.levels_pct, args.attended) == (1, 600, {660: 50, 850: 0}, False)
    assert scene.run_of(session).command_id == command.pk
    said = read(done.stop_token)
    assert (said.session_id, said.run_no, said.panel_id) == (session.pk, 1, a_panel.pk)


def test_P4_it_refuses_a_start_held_up_for_ten_seconds(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    ticket = scene.ticket_for(ready, plan, now)
    for late_s in (10, 60, 3600):
        with pytest.raises(Problem) as problem:
            scene.started(ready, plan, scene.later(now, seconds=late_s), ticket=ticket)
        assert problem.value.code == "ticket_expired"
    assert not Session.objects.exists()
    assert not Command.objects.exists()


def test_P4_a_start_lives_no_longer_than_its_ticket(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    ticket = scene.ticket_for(ready, plan, now)
    held_up = scene.started(ready, plan, scene.later(now, seconds=7), ticket=ticket)
    assert held_up.command.expires_at - now.wall <= timedelta(seconds=10)
    denied = commands.claim(a_panel.bridge_id, scene.claim_of(held_up.command), scene.later(now, seconds=10))
    assert isinstance(denied, wire.Deny)
    assert denied.code == "expired"


def test_P8_a_hand_log_with_the_sessions_id_is_not_let_off_the_gap(ready: User, a_panel: Panel) -> None:
    plan = scene.a_plan(a_panel)
    SessionLog.objects.create(
        id=plan.session_id,
        user=ready,
        sites=["chest"],
        started_at=datetime.now(UTC) - timedelta(minutes=20),
        duration_s=60,
        how="timer",
    )
    assert "gap" in refused(ready, a_panel, session_id=plan.session_id)


def test_H1_it_refuses_without_eyewear(ready: User, a_panel: Panel) -> None:
    plan = scene.a_plan(a_panel)
    with pytest.raises(Problem) as problem:
        scene.started(ready, plan, eyewear_confirmed=False)
    assert problem.value.code == "eyewear_missing"
    assert refused(ready, a_panel, eyewear=False) == ["eyewear"]


def test_H12_it_refuses_without_screening(alice: User, a_panel: Panel) -> None:
    assert refused(alice, a_panel) == ["screening_missing"]


def test_it_refuses_without_consent_and_once_it_is_withdrawn(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    ticket = scene.ticket_for(ready, plan, now)
    ready.consents.update(withdrawn_at=now.wall)
    with pytest.raises(Problem) as problem:
        scene.started(ready, plan, now, ticket=ticket)
    assert [one.code for one in problem.value.errors] == ["consent_missing"]
    ready.consents.all().delete()
    assert refused(ready, a_panel) == ["consent_missing"]
    assert not Session.objects.exists()


def test_it_decides_again_at_the_start_itself(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    ticket = scene.ticket_for(ready, plan, now)
    CheckIn.objects.create(id=new_id(), user=ready, sites=["chest"], at=datetime.now(UTC), comfort=5, blister=True)
    with pytest.raises(Problem) as problem:
        scene.started(ready, plan, now, ticket=ticket)
    assert problem.value.code == "not_allowed"
    assert [one.code for one in problem.value.errors] == ["hold_clinician"] or problem.value.errors
    assert not Session.objects.exists()


def test_P8_an_open_session_counts_in_full(ready: User, a_bridge: Bridge, a_panel: Panel) -> None:
    other = scene.a_panel(a_bridge, identity=scene.identity(serial="NV-0002").model_dump(mode="json"))
    scene.started(ready, scene.a_plan(a_panel))
    assert "gap" in refused(ready, other)
    assert refused(ready, other, sites=["left_leg"]) == []


def test_H6_one_session_at_a_time_on_a_panel(ready: User, bob: User, a_panel: Panel) -> None:
    scene.answers(bob)
    scene.started(ready, scene.a_plan(a_panel))
    assert refused(bob, a_panel) == ["panel_busy"]


def test_it_refuses_when_the_bridge_is_away(ready: User, a_bridge: Bridge, a_panel: Panel) -> None:
    Bridge.objects.filter(pk=a_bridge.pk).update(line_id=None)
    assert refused(ready, a_panel) == ["bridge_away"]
    Bridge.objects.filter(pk=a_bridge.pk).update(line_id=uuid4(), last_seen_at=datetime.now(UTC) - timedelta(minutes=5))
    assert refused(ready, a_panel) == ["bridge_away"]


def test_P2_the_same_start_again_starts_nothing_again(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    ticket = scene.ticket_for(ready, plan, now)
    first = scene.started(ready, plan, now, ticket=ticket)
    again = scene.started(ready, plan, now, ticket=ticket)
    assert (again.command.pk, again.stop_token) == (first.command.pk, first.stop_token)
    assert (Session.objects.count(), Run.objects.count(), Command.objects.count()) == (1, 1, 1)


def test_P2_the_same_start_with_another_plan_is_refused(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    longer = scene.a_plan(a_panel, session_id=plan.session_id, duration_s=900)
    its_ticket = scene.ticket_for(ready, longer, now)
    first = scene.started(ready, plan, now)
    with pytest.raises(Problem) as problem:
        scene.started(ready, longer, now, ticket=its_ticket)
    assert (problem.value.status, problem.value.code) == (409, "run_no_wrong")
    assert [one.pk for one in Command.objects.all()] == [first.command.pk]


def test_P9_a_session_id_of_somebody_else_is_taken(ready: User, bob: User, a_panel: Panel) -> None:
    scene.answers(bob)
    plan = scene.a_plan(a_panel)
    scene.started(ready, plan)
    ticket = "x"
    with pytest.raises(Problem) as problem:
        scene.started(bob, plan, ticket=ticket)
    assert problem.value.code == "ticket_invalid"
    assert refused(bob, a_panel, session_id=plan.session_id) == ["session_over"]


def test_a_panel_without_a_fail_safe_runs_attended(ready: User, a_bridge: Bridge) -> None:
    panel = scene.a_panel(a_bridge, safety="none", confirm="none")
    done = scene.started(ready, scene.a_plan(panel))
    assert wire.StartArgs.model_validate(done.command.args).attended
    assert done.session.attended


def test_B14_a_stopped_start_frees_the_panel(ready: User, a_panel: Panel) -> None:
    done = scene.started(ready, scene.a_plan(a_panel))
    stopping.note(a_panel.bridge_id, read(done.stop_token).stop(emergency=False, trace=scene.TRACE), ready.pk, clock.now())
    session = Session.objects.get()
    assert (session.state, session.end_reason, session.on_s) == ("ended", "client", 0)
    denied = commands.claim(a_panel.bridge_id, scene.claim_of(done.command), clock.now())
    assert isinstance(denied, wire.Deny)
    assert denied.code == "stopped"
    assert refused(ready, a_panel) == []


@pytest.mark.django_db(transaction=True)
def test_H6_two_starts_at_once_on_one_panel_one_wins(ready: User, bob: User, a_panel: Panel) -> None:
    scene.answers(bob)
    for _ in range(3):
        Session.objects.all().delete()
        now = clock.now()
        plans = [(ready, scene.a_plan(a_panel)), (bob, scene.a_plan(a_panel, sites=["left_leg"]))]
        ready_to_go = [(user, plan, scene.ticket_for(user, plan, now)) for user, plan in plans]
        answers = scene.at_once(*[partial(scene.started, user, plan, now, ticket=ticket) for user, plan, ticket in ready_to_go])
        problems = [one for one in answers if isinstance(one, Problem)]
        assert len(problems) == 1
        assert problems[0].code == "not_allowed"
        assert problems[0].errors[0].code == "panel_busy"
        assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_P2_the_same_start_eight_times_at_once_is_one(ready: User, a_panel: Panel) -> None:
    plan, now = scene.a_plan(a_panel), clock.now()
    ticket = scene.ticket_for(ready, plan, now)
    answers = scene.at_once(*[lambda: scene.started(ready, plan, now, ticket=ticket)] * 8)
    assert len({one.command.pk for one in answers}) == 1
    assert Command.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_B14_a_start_and_its_stop_at_once_end_in_no_light_or_a_stop_that_is_told(ready: User, a_panel: Panel) -> None:
    seen = set()
    for _ in range(6):
        Session.objects.all().delete()
        done = scene.started(ready, scene.a_plan(a_panel))
        stop = read(done.stop_token).stop(emergency=False, trace=scene.TRACE)
        answer, _ = scene.at_once(
            partial(commands.claim, a_panel.bridge_id, scene.claim_of(done.command), clock.now()),
            partial(stopping.note, a_panel.bridge_id, stop, ready.pk, clock.now()),
        )
        granted = isinstance(answer, wire.Grant)
        session = Session.objects.get()
        assert session.state == ("stopping" if granted else "ended")
        assert Command.objects.get(pk=stop.command_id).state == ("waiting" if granted else "done")
        seen.add(granted)
    assert seen


@pytest.mark.django_db(transaction=True)
def test_P8_of_starts_on_two_panels_at_once_one_lights_a_place(ready: User, a_bridge: Bridge, a_panel: Panel) -> None:
    other = scene.a_panel(a_bridge, identity=scene.identity(serial="NV-0002").model_dump(mode="json"))
    plans = [scene.a_plan(panel) for panel in (a_panel, other)]
    now = clock.now()
    tickets = [scene.ticket_for(ready, plan, now) for plan in plans]
    answers = scene.at_once(
        *[partial(scene.started, ready, plan, now, ticket=one) for plan, one in zip(plans, tickets, strict=True)]
    )
    (refusal,) = [one for one in answers if isinstance(one, Problem)]
    assert (refusal.code, [one.code for one in refusal.errors]) == ("not_allowed", ["gap"])
    assert Command.objects.filter(kind="start").count() == Session.objects.count() == 1
