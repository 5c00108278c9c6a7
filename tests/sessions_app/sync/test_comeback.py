"""A database that was put back from a backup: nothing of it lights a lamp [K30], and nothing that was lit is forgotten [K31]."""

import pytest

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.panels import commands, stops
from sessions_app.panels.models import Command, Panel
from sessions_app.panels.orders import waiting
from sessions_app.sync import comeback, epochs
from sessions_app.therapy import closing, telemetry
from sessions_app.therapy.models import Run, Session
from tests.sessions_app import scene


@pytest.fixture
def panel(alice: User) -> Panel:
    household = alice.memberships.get().household
    scene.answers(alice)
    return scene.a_panel(scene.a_bridge(household))


@pytest.fixture
def session(alice: User, panel: Panel) -> Session:
    """Its start waits to be claimed."""
    alice.consents.get_or_create(version="1")
    return scene.started(alice, scene.a_plan(panel)).session


def test_K30_a_start_of_the_backup_is_granted_to_nobody(session: Session, panel: Panel) -> None:
    now, start = clock.now(), Command.objects.get(kind="start")
    assert start in Command.objects.filter(waiting(now)), "it would have been granted"
    assert comeback.settle(now).orders == 1
    assert start not in Command.objects.filter(waiting(now))
    answer = commands.claim(panel.bridge_id, scene.claim_of(start), now)
    assert isinstance(answer, wire.Deny)
    assert answer.code == "expired"


def test_K30_a_stop_of_the_backup_stays(session: Session, panel: Panel) -> None:
    now = clock.now()
    stop = wire.Stop(command_id=new_id(), panel_id=panel.pk, session_id=session.pk, run_no=1, trace="trace-of-a-stop")
    stops.record(panel.bridge_id, stop, None, now)
    comeback.settle(now)
    assert Command.objects.get(pk=stop.command_id) in Command.objects.filter(waiting(now))


def test_K31_a_start_that_may_have_been_done_since_counts_in_full(session: Session, panel: Panel) -> None:
    now = clock.now()
    comeback.settle(now)
    hello = scene.Journal(panel.bridge).hello()
    begun = telemetry.begin(panel.bridge_id, hello)
    assert not begun.known
    closing.caught_up(panel.bridge_id, hello, begun, now)
    closing.sweep(scene.later(now, minutes=30))
    run = Run.objects.get(session=session)
    assert (run.state, run.end_reason) == ("ended", "unknown")
    assert run.assumed_s == 600


def test_K31_of_an_open_run_the_journal_is_not_believed_to_know_nothing(session: Session, panel: Panel) -> None:
    """The bridge's journal went on, was acknowledged by the server that is gone, and forgot: that is no proof of darkness."""
    now, journal = clock.now(), scene.Journal(panel.bridge)
    telemetry.begin(panel.bridge_id, journal.hello())
    commands.claim(panel.bridge_id, scene.claim_of(Command.objects.get(kind="start")), now)
    assert comeback.settle(now).open_runs == 1
    hello = journal.hello()
    begun = telemetry.begin(panel.bridge_id, hello)
    closing.caught_up(panel.bridge_id, hello, begun, scene.later(now, seconds=1))
    run = Run.objects.get(session=session)
    assert (run.state, run.assumed_s) == ("ended", 600)


def test_B46_a_run_told_in_part_counts_in_full_also_when_its_end_is_told(session: Session, panel: Panel) -> None:
    """What it told before the database was put back is lost; the rest comes under a new epoch."""
    now, journal = clock.now(), scene.Journal(panel.bridge)
    telemetry.begin(panel.bridge_id, journal.hello())
    comeback.settle(now)
    fresh = scene.Journal(panel.bridge)
    telemetry.begin(panel.bridge_id, fresh.hello())
    run = Run.objects.get(session=session)
    for kind, facts in (("dose", {"on_time_s": 50, "full_level_s": {660: 50.0, 850: 50.0}}), ("ended", {"end_reason": "client"})):
        telemetry.store(panel.bridge_id, fresh.event(run, kind, **facts), now)
    run.refresh_from_db()
    assert (run.state, run.end_reason, run.on_s, run.assumed_s, run.confirmed) == ("ended", "client", 50, 550, False)


def test_B44_a_start_that_waits_while_a_journal_is_lost_is_told_whole(session: Session, panel: Panel) -> None:
    telemetry.begin(panel.bridge_id, scene.Journal(panel.bridge).hello())
    telemetry.begin(panel.bridge_id, scene.Journal(panel.bridge).hello())
    assert not Run.objects.get(session=session).partly_told


@pytest.mark.django_db
def test_K32_it_begins_a_new_history() -> None:
    before = epochs.current()
    comeback.settle(clock.now())
    assert epochs.current() != before
