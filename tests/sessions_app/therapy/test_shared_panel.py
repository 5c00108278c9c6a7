"""Several people on one panel (docs/household.md, M1, M4, M40-M45, M51): one at a time, told who, never mixed up."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from sessions_app import clock
from sessions_app.accounts import services
from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.panels.models import Bridge, Panel
from sessions_app.panels.phone_wire import ReasonOut
from sessions_app.problems import Problem
from sessions_app.therapy import checking, stopping
from sessions_app.therapy.models import CheckIn, Run, Session, SessionLog
from tests import factories
from tests.conftest import Browser
from tests.sessions_app import scene
from tests.sessions_app.sync.line import Line
from tests.sessions_app.sync.samples import BODIES


@pytest.fixture
def both(ready: User, bob: User) -> tuple[User, User]:
    scene.answers(bob)
    return ready, bob


def busy(user: User, panel: Panel) -> ReasonOut:
    reasons = checking.check(user, scene.DEVICE, scene.a_plan(panel), clock.now()).reasons
    return next(one for one in reasons if one.code == "panel_busy")


def test_M41_a_second_start_is_told_who_and_until_when(both: tuple[User, User], a_panel: Panel) -> None:
    alice, bob = both
    started = scene.started(alice, scene.a_plan(a_panel, duration_s=600))
    run = scene.run_of(started.session)
    begun = datetime.now(UTC)
    Run.objects.filter(pk=run.pk).update(state="running", began_at=begun)
    told = busy(bob, a_panel)
    assert (told.sentence, told.about) == ("Alice is using this panel.", str(alice.pk))
    assert told.lifts_at == begun + timedelta(seconds=600)
    mine = busy(alice, a_panel)
    assert (mine.sentence, mine.about) == ("Another session of yours is using this panel.", "")
    paused = begun + timedelta(seconds=120)
    Run.objects.filter(pk=run.pk).update(state="ended", ended_at=paused)
    Session.objects.update(state="paused")
    assert busy(bob, a_panel).lifts_at == paused + timedelta(minutes=30)


def test_M6_a_guest_is_not_told_which_guest(bob: User) -> None:
    now = clock.now()
    one, other = (services.make_guest(now.wall) for _ in range(2))
    panel = scene.a_panel(scene.a_bridge(services.demo_household()), virtual=True)
    for guest in (one, other):
        scene.answers(guest)
    User.objects.filter(pk=one.pk).update(display_name="Secret")
    scene.started(one, scene.a_plan(panel))
    told = busy(other, panel)
    assert (told.sentence, told.about) == ("Another guest is using this panel.", "")


def test_M42_M44_it_is_free_as_soon_as_any_member_has_stopped_it(both: tuple[User, User], a_panel: Panel) -> None:
    alice, bob = both
    scene.started(alice, scene.a_plan(a_panel))
    stop = stopping.panel(a_panel, emergency=False, trace=scene.TRACE)
    stopping.note(a_panel.bridge_id, stop, bob.pk, clock.now())
    assert scene.started(bob, scene.a_plan(a_panel)).session.user_id == bob.pk


@pytest.mark.django_db(transaction=True)
def test_M43_of_starts_at_one_instant_exactly_one_is_granted(both: tuple[User, User], a_panel: Panel) -> None:
    people = [*both, *(factories.member_of(a_panel.household) for _ in range(2))]
    for user in people[2:]:
        scene.answers(user)
    for _ in range(3):
        Session.objects.all().delete()
        now = clock.now()
        plans = [(user, scene.a_plan(a_panel)) for user in people]
        tickets = [scene.ticket_for(user, plan, now) for user, plan in plans]
        answers = scene.at_once(
            *[partial(scene.started, user, plan, now, ticket=one) for (user, plan), one in zip(plans, tickets, strict=True)]
        )
        refused = [one for one in answers if isinstance(one, Problem)]
        assert [one.errors[0].code for one in refused] == ["panel_busy"] * 3
        (session,) = Session.objects.select_related("user")
        assert {one.detail for one in refused} == {f"{session.user.display_name} is using this panel."}


def test_M45_one_person_on_two_panels_at_once_is_held_by_place(both: tuple[User, User], a_bridge: Bridge, a_panel: Panel) -> None:
    alice, _ = both
    other = scene.a_panel(a_bridge, identity=scene.identity(serial="NV-0002").model_dump(mode="json"))
    scene.started(alice, scene.a_plan(a_panel))
    same = checking.check(alice, scene.DEVICE, scene.a_plan(other), clock.now())
    assert "gap" in [one.code for one in same.reasons]
    assert scene.started(alice, scene.a_plan(other, sites=["left_leg"])).session.panel_id == other.pk


def test_M51_a_start_for_somebody_else_than_who_is_signed_in_lights_nothing(both: tuple[User, User], a_panel: Panel) -> None:
    alice, bob = both
    plan = scene.a_plan(a_panel)
    with pytest.raises(Problem) as problem:
        scene.started(bob, plan, person_id=alice.pk)
    assert (problem.value.status, problem.value.code) == (409, "other_person")
    assert not Session.objects.exists()
    with pytest.raises(Problem) as problem:
        scene.started(bob, plan, ticket=scene.ticket_for(alice, plan, clock.now()))
    assert problem.value.code == "ticket_invalid"


def test_M1_doses_holds_and_answers_of_one_count_for_nobody_else(both: tuple[User, User], a_panel: Panel) -> None:
    alice, bob = both
    now = datetime.now(UTC)
    lit = {"sites": ["chest"], "started_at": now - timedelta(hours=1), "duration_s": 1800, "how": "timer"}
    SessionLog.objects.create(id=new_id(), user=alice, **lit)
    CheckIn.objects.create(id=new_id(), user=alice, sites=[], at=now, comfort=1, eye_trouble=True)
    scene.answers(alice, epilepsy_photosensitive=True)
    User.objects.filter(pk=alice.pk).update(phototype=6)
    plan = scene.a_plan(a_panel)
    hers = {one.code for one in checking.check(alice, scene.DEVICE, plan, clock.now()).reasons}
    assert {"gap", "hold_all"} <= hers
    his = checking.check(bob, scene.DEVICE, plan, clock.now())
    assert (his.allowed, his.reasons) == (True, [])
    assert his.clearance
    assert (his.clearance.person_id, his.clearance.max_fluence_j_cm2) == (bob.pk, 50.0)


@pytest.mark.parametrize("writer", ["owner", "member"])
def test_M1_M4_what_one_wrote_no_other_reads(both: tuple[User, User], a_panel: Panel, writer: str) -> None:
    one, other = both if writer == "owner" else reversed(both)
    phone = Line(one)
    ids = {entity: new_id() for entity in BODIES} | {"profile": one.pk}
    refers = {"hold_release": {"checkin_id": str(ids["checkin"])}, "correction": {"supersedes": str(ids["rating"])}}
    for entity, body in BODIES.items():
        reply = phone.ask([phone.put(entity, ids[entity], {**body, **refers.get(entity, {})})])
        assert reply["rejected"] == [], reply
    session = scene.started(one, scene.a_plan(a_panel, sites=["right_leg"])).session
    seen = {entity for entity, _ in Line(other).rows()}
    assert seen <= {"member", "household", "panel", "bridge", "screening", "profile"}
    browser = Browser(other)
    paths = ["/api/panels", f"/api/panels/{a_panel.pk}", f"/api/panels/{a_panel.pk}/passport", "/api/bridges", "/api/me"]
    rows, answers = list(Line(other).rows().values()), [browser.send("get", path).json() for path in paths]
    read = json.dumps([rows, answers], ensure_ascii=False)
    secrets = [str(ids[entity]) for entity in BODIES if entity != "profile"]
    for secret in (*secrets, str(session.pk), "right_leg", "Özgür", "pleasant"):
        assert secret not in read, secret
    assert browser.send("get", f"/api/therapy/sessions/{session.pk}").status_code == 404
