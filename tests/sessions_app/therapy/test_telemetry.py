"""What bridges report, and what becomes of runs that nobody reports (docs/bridge.md, B40-B45)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ble_bridge.contract import limits, wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.panels import commands, results
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.therapy import closing, telemetry
from sessions_app.therapy.models import Session, SessionEvent
from sessions_app.therapy.view import session_out
from tests.sessions_app import scene


@pytest.fixture
def journal(a_bridge: Bridge) -> scene.Journal:
    journal = scene.Journal(a_bridge)
    telemetry.begin(a_bridge.pk, journal.hello())
    return journal


@pytest.fixture
def session(ready: User, a_panel: Panel) -> Session:
    """Asked for and granted; nothing reported yet."""
    done = scene.started(ready, scene.a_plan(a_panel))
    assert isinstance(commands.claim(a_panel.bridge_id, scene.claim_of(done.command), clock.now()), wire.Grant)
    return done.session


def tell(journal: scene.Journal, session: Session, kind: str, **changes: object) -> int:
    stored = telemetry.store(journal.bridge.pk, journal.event(scene.run_of(session), kind, **changes), clock.now())
    session.refresh_from_db()
    return stored


def dose(journal: scene.Journal, session: Session, on_s: float, red_s: float, **changes: object) -> None:
    tell(journal, session, "dose", on_time_s=on_s, full_level_s={660: red_s}, **changes)


def test_B23_it_runs_only_when_the_panel_says_so(journal: scene.Journal, session: Session) -> None:
    states = []
    for kind in ("arming", "running", "stopping"):
        tell(journal, session, kind)
        states.append(session.state)
    assert states == ["arming", "running", "stopping"]
    assert session.started_at is not None


def test_B43_delivered_dose_is_the_sum_of_the_reports(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "running")
    dose(journal, session, 100, 50)
    dose(journal, session, 20, 20)
    tell(journal, session, "ended", end_reason="completed", off_confirmed=True)
    assert (session.state, session.end_reason, session.off_confirmed) == ("ended", "completed", True)
    assert (session.on_s, session.full_level_s, session.confirmed) == (120, {"660": 70.0}, True)
    out = session_out(session)
    assert out.delivered[660].fluence_j_cm2 == pytest.approx(70 * 30 / 1000)
    assert out.stop_token is None
    assert [one.event for one in out.events] == ["running", "dose", "dose", "ended"]


def test_B43_a_gap_counts_in_full_and_marks_the_run(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "running")
    dose(journal, session, 100, 50)
    dose(journal, session, 60, 30, confirmed=False)
    assert (session.on_s, session.confirmed) == (160, False)


def test_B23_a_panel_that_cannot_confirm_gives_an_upper_bound(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "commanded")
    assert (session.state, session.confirmed) == ("commanded", False)


def test_H11_a_report_that_cannot_be_counts_in_full(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "running")
    dose(journal, session, 10, 50)
    assert (session.on_s, session.full_level_s, session.confirmed) == (10, {"660": 5.0, "850": 0.0}, False)


def test_B41_an_event_is_stored_once(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "running")
    event = journal.event(scene.run_of(session), "dose", on_time_s=10, full_level_s={660: 5})
    assert [telemetry.store(journal.bridge.pk, event, clock.now()) for _ in range(3)] == [2, 2, 2]
    session.refresh_from_db()
    assert session.on_s == 10
    assert SessionEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_B41_an_event_told_eight_times_at_once_is_stored_once(a_bridge: Bridge, ready: User, a_panel: Panel) -> None:
    journal = scene.Journal(a_bridge)
    telemetry.begin(a_bridge.pk, journal.hello())
    session = scene.started(ready, scene.a_plan(a_panel)).session
    event = journal.event(scene.run_of(session), "dose", on_time_s=10, full_level_s={660: 5})
    assert scene.at_once(*[lambda: telemetry.store(a_bridge.pk, event, clock.now())] * 8) == [1] * 8
    session.refresh_from_db()
    assert session.on_s == 10


def test_B45_an_event_that_leaves_a_gap_is_not_stored(journal: scene.Journal, session: Session) -> None:
    assert tell(journal, session, "running") == 1
    journal.seq += 1
    assert tell(journal, session, "ended", end_reason="completed") == 1
    assert session.state == "running"


def test_B41_a_new_epoch_begins_at_one_and_an_old_one_goes_on(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "arming")
    tell(journal, session, "running")
    other = scene.Journal(journal.bridge)
    assert telemetry.begin(journal.bridge.pk, other.hello()).known is False
    assert tell(other, session, "levels") == 1
    back = telemetry.begin(journal.bridge.pk, journal.hello())
    assert (back.acked_seq, back.known) == (2, False)


def test_P9_a_bridge_is_believed_of_its_own_panels_only(session: Session, charlie: User) -> None:
    theirs = scene.Journal(scene.a_bridge(charlie.memberships.get().household))
    telemetry.begin(theirs.bridge.pk, theirs.hello())
    assert tell(theirs, session, "ended", end_reason="completed") == 1
    assert session.state == "requested"
    assert SessionEvent.objects.get().panel is None


def test_what_the_panel_does_by_itself_is_kept(journal: scene.Journal, a_panel: Panel) -> None:
    event = journal.event(None, "foreign_on").model_copy(update={"panel_id": a_panel.pk})
    assert telemetry.store(journal.bridge.pk, event, clock.now()) == 1
    assert SessionEvent.objects.get().panel == a_panel


def test_H9_a_bridges_clock_cannot_date_a_run_outside_what_is_possible(journal: scene.Journal, session: Session) -> None:
    tell(journal, session, "running", at=datetime.now(UTC) - timedelta(days=365))
    assert session.started_at == session.requested_at
    tell(journal, session, "ended", at=datetime.now(UTC) + timedelta(days=365), end_reason="completed")
    assert session.ended_at is not None
    assert session.ended_at <= datetime.now(UTC)


# ── Starts that were never lit ───────────────────────────────────────────────────────────────────────────────────────
def answer(session: Session, code: str) -> None:
    command = Command.objects.get(session_id=session.pk, kind="start")
    told = wire.Result(command_id=command.pk, ok=code == "ok", code=code, detail="", trace=scene.TRACE)
    finished = results.finish(command.bridge_id, told, clock.now())
    assert finished is not None
    closing.answered(finished, clock.now())
    session.refresh_from_db()


NOT_LIT = ["late", "not_connected", "identity_mismatch", "over_limit", "no_clearance", "unknown_panel", "unready", "not_leading"]


@pytest.mark.parametrize("code", NOT_LIT)
def test_a_start_refused_by_the_bridge_ends_without_light(session: Session, code: str) -> None:
    answer(session, code)
    assert (session.state, session.on_s, session.confirmed) == ("ended", 0, True)


@pytest.mark.parametrize("code", ["not_confirmed", "fault", "refused_by_panel"])
def test_a_start_after_which_light_may_have_been_waits_for_the_journal(
    session: Session, journal: scene.Journal, code: str
) -> None:
    answer(session, code)
    assert session.state == "requested"
    dose(journal, session, 2, 1, confirmed=False)
    tell(journal, session, "ended", end_reason="not_confirmed", off_confirmed=True)
    assert (session.state, session.end_reason, session.on_s) == ("ended", "not_confirmed", 2)


def test_B44_a_grant_that_the_journal_does_not_know_was_never_lit(session: Session, journal: scene.Journal) -> None:
    hello = journal.hello()
    closing.caught_up(journal.bridge.pk, hello, telemetry.begin(journal.bridge.pk, hello), scene.later(clock.now(), seconds=1))
    session.refresh_from_db()
    assert (session.state, session.end_reason, session.on_s, session.confirmed) == ("ended", "late", 0, True)


def test_B44_a_run_that_the_journal_knows_goes_on(session: Session, journal: scene.Journal) -> None:
    tell(journal, session, "running")
    hello = journal.hello((session.pk, 1))
    closing.caught_up(journal.bridge.pk, hello, telemetry.begin(journal.bridge.pk, hello), scene.later(clock.now(), seconds=1))
    session.refresh_from_db()
    assert session.state == "running"


def test_B44_a_grant_after_the_hello_is_left_alone(ready: User, a_panel: Panel, journal: scene.Journal) -> None:
    hello, at = journal.hello(), clock.now()
    done = scene.started(ready, scene.a_plan(a_panel))
    begun = telemetry.begin(journal.bridge.pk, hello)
    closing.caught_up(journal.bridge.pk, hello, begun, at)
    commands.claim(a_panel.bridge_id, scene.claim_of(done.command), clock.now())
    closing.caught_up(journal.bridge.pk, hello, begun, at)
    assert Session.objects.get().state == "requested"


def test_B44_of_a_lost_journal_the_whole_run_counts(session: Session, journal: scene.Journal) -> None:
    tell(journal, session, "running")
    dose(journal, session, 100, 50)
    hello = scene.Journal(journal.bridge).hello()
    closing.caught_up(journal.bridge.pk, hello, telemetry.begin(journal.bridge.pk, hello), scene.later(clock.now(), seconds=1))
    session.refresh_from_db()
    assert (session.state, session.end_reason, session.confirmed, session.off_confirmed) == ("ended", "unknown", False, None)
    assert (session.on_s, session.full_level_s) == (600, {"660": 300.0, "850": 0.0})


# ── Silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def away(bridge: Bridge) -> None:
    Bridge.objects.filter(pk=bridge.pk).update(line_id=None)


def swept(session: Session, seconds: float) -> Session:
    closing.sweep(scene.later(clock.now(), seconds=seconds))
    session.refresh_from_db()
    return session


def test_P7_a_run_whose_bridge_is_away_is_unknown_then_ends_as_an_upper_bound(session: Session, journal: scene.Journal) -> None:
    tell(journal, session, "running")
    dose(journal, session, 100, 50)
    away(journal.bridge)
    assert swept(session, 5).state == "unknown"
    assert swept(session, 600).state == "unknown"
    ended = swept(session, 600 + 61)
    assert (ended.state, ended.end_reason, ended.confirmed, ended.on_s) == ("ended", "unknown", False, 600)


def test_B74_a_clock_set_ahead_ends_no_run_before_its_time(session: Session, journal: scene.Journal) -> None:
    tell(journal, session, "running")
    away(journal.bridge)
    assert swept(session, 5).state == "unknown"
    soon = scene.later(clock.now(), seconds=10)
    closing.sweep(replace(soon, wall=soon.wall + timedelta(days=365)))
    session.refresh_from_db()
    assert session.state == "unknown"
    late = scene.later(clock.now(), seconds=600 + 61 + 20)
    closing.sweep(replace(late, wall=late.wall + timedelta(days=365)))
    session.refresh_from_db()
    assert (session.state, session.on_s) == ("ended", 600)


def test_a_bridge_that_comes_back_takes_the_assumption_back(session: Session, journal: scene.Journal) -> None:
    tell(journal, session, "running")
    away(journal.bridge)
    assert swept(session, 700).on_s == 600
    dose(journal, session, 200, 100)
    assert session.on_s == 600
    tell(journal, session, "ended", end_reason="button", off_confirmed=True)
    assert (session.on_s, session.full_level_s, session.confirmed) == (200, {"660": 100.0}, True)
    assert (session.state, session.end_reason, session.off_confirmed) == ("ended", "button", True)


def test_a_bridge_that_comes_back_in_time_is_heard_again(session: Session, journal: scene.Journal) -> None:
    tell(journal, session, "running")
    away(journal.bridge)
    assert swept(session, 5).state == "unknown"
    dose(journal, session, 10, 5)
    assert session.state == "running"


def test_a_panel_without_a_timer_is_bounded_by_the_longest_session_only(ready: User, a_bridge: Bridge) -> None:
    panel = scene.a_panel(a_bridge, safety="none", confirm="none")
    done = scene.started(ready, scene.a_plan(panel))
    commands.claim(a_bridge.pk, scene.claim_of(done.command), clock.now())
    journal = scene.Journal(a_bridge)
    telemetry.begin(a_bridge.pk, journal.hello())
    tell(journal, done.session, "commanded")
    away(a_bridge)
    assert swept(done.session, 700).state == "unknown"
    ended = swept(done.session, limits.MAX_SESSION_S + 61)
    assert (ended.on_s, ended.off_confirmed) == (limits.MAX_SESSION_S, None)


def test_P4_a_start_that_nobody_claimed_ends_without_light(ready: User, a_panel: Panel) -> None:
    session = scene.started(ready, scene.a_plan(a_panel)).session
    assert swept(session, 9).state == "requested"
    assert (swept(session, 11).state, session.end_reason, session.on_s) == ("ended", "late", 0)


def test_a_long_pause_ends_and_frees_the_panel(session: Session, journal: scene.Journal) -> None:
    run = scene.run_of(session)
    run.wish = "pause"
    run.save()
    tell(journal, session, "running")
    tell(journal, session, "ended", end_reason="client", off_confirmed=True)
    assert session.state == "paused"
    assert swept(session, 29 * 60).state == "paused"
    assert (swept(session, 31 * 60).state, session.end_reason) == ("ended", "client")
