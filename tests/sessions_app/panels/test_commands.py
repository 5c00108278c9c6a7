"""Commands: made, granted once, denied, answered, stopped (docs/bridge.md, B10-B16)."""

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connection

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.panels import commands, expiry, orders, results, stops
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.panels.rounds import whats_waiting
from tests.sessions_app import scene

SESSION = UUID("018f3a3e-1111-7000-8000-000000000001")


def start_args(panel: Panel, run_no: int = 1) -> wire.StartArgs:
    return wire.StartArgs(session_id=SESSION, run_no=run_no, panel_id=panel.pk, duration_s=60, levels_pct={660: 50})


def clearance(user: User) -> wire.Clearance:
    return wire.Clearance(
        person_id=user.pk,
        sites=["chest"],
        wavelengths_nm=[660],
        max_level_pct={660: 100},
        max_duration_s=60,
        max_fluence_j_cm2=10.0,
        irradiance_mw_cm2={660: 30.0},
    )


@pytest.fixture
def made(a_bridge: Bridge, a_panel: Panel, alice: User) -> Command:
    return make(a_bridge, a_panel, alice)


def make(bridge: Bridge, panel: Panel, user: User, run_no: int = 1, now: clock.Moment | None = None) -> Command:
    order = commands.Order(
        bridge_id=bridge.pk,
        user_id=user.pk,
        args=start_args(panel, run_no),
        trace=scene.TRACE,
        panel_id=panel.pk,
        clearance=clearance(user),
    )
    return commands.order(order, now or clock.now())


def a_stop(panel: Panel, session_id: UUID | None = SESSION, run_no: int | None = 1) -> wire.Stop:
    return wire.Stop(command_id=uuid4(), panel_id=panel.pk, session_id=session_id, run_no=run_no, trace=scene.TRACE)


def test_B11_it_grants_with_args_clearance_and_the_life_that_is_left(made: Command, alice: User) -> None:
    claim = scene.claim_of(made)
    answer = commands.claim(made.bridge_id, claim, scene.moved(clock.now(), steady_ms=3_000))
    assert isinstance(answer, wire.Grant)
    assert answer.claim_id == claim.claim_id
    assert 6_500 < answer.life_ms <= 7_000
    assert isinstance(answer.args, wire.StartArgs)
    assert answer.args.levels_pct == {660: 50}
    assert answer.clearance == clearance(alice)
    assert answer.trace == scene.TRACE


def test_B11_it_never_grants_twice(made: Command) -> None:
    assert isinstance(commands.claim(made.bridge_id, scene.claim_of(made), clock.now()), wire.Grant)
    again = commands.claim(made.bridge_id, scene.claim_of(made), clock.now())
    assert isinstance(again, wire.Deny)
    assert again.code == "taken"


def test_B11_it_denies_what_is_not_this_bridges(made: Command, charlie: User) -> None:
    theirs = scene.a_bridge(charlie.memberships.get().household)
    answer = commands.claim(theirs.pk, scene.claim_of(made), clock.now())
    assert isinstance(answer, wire.Deny)
    assert answer.code == "gone"
    made.refresh_from_db()
    assert made.state == Command.State.WAITING


def test_B11_it_denies_a_revoked_bridge(made: Command) -> None:
    Bridge.objects.filter(pk=made.bridge_id).update(revoked_at=clock.now().wall)
    answer = commands.claim(made.bridge_id, scene.claim_of(made), clock.now())
    assert isinstance(answer, wire.Deny)
    assert answer.code == "revoked"


@pytest.mark.parametrize(
    "change",
    [
        {"steady_ms": 10_000},
        {"wall": timedelta(seconds=10)},
        {"wall": timedelta(days=365)},
        {"wall": timedelta(hours=-1), "steady_ms": 10_001},
        {"wall": timedelta(hours=-1)},
        {"wall": timedelta(days=-365)},
    ],
)
def test_P4_it_denies_what_is_late_whatever_the_wall_clock_says(made: Command, change: dict[str, object]) -> None:
    answer = commands.claim(made.bridge_id, scene.claim_of(made), scene.moved(clock.now(), **change))  # type: ignore[arg-type]  # a table of cases
    assert isinstance(answer, wire.Deny)
    assert answer.code == "expired"


def test_H4_a_command_of_another_boot_is_over_where_the_database_is_one_machines(made: Command) -> None:
    answer = commands.claim(made.bridge_id, scene.claim_of(made), scene.moved(clock.now(), clock_id="after a restart"))
    if connection.vendor == "sqlite":
        assert isinstance(answer, wire.Deny)
        assert answer.code == "expired"
    else:  # another boot is another machine there, and the wall clock is all that both have
        assert isinstance(answer, wire.Grant)


def test_B20_it_makes_no_start_without_a_clearance(a_bridge: Bridge, a_panel: Panel, alice: User) -> None:
    with pytest.raises(ValueError, match="clearance"):
        commands.order(
            commands.Order(bridge_id=a_bridge.pk, user_id=alice.pk, args=start_args(a_panel), trace="t" * 8), clock.now()
        )


def test_H4_it_makes_no_start_that_nobody_asked_for(a_bridge: Bridge, a_panel: Panel) -> None:
    with pytest.raises(ValueError, match="a person"):
        commands.order(commands.Order(bridge_id=a_bridge.pk, user_id=None, args=start_args(a_panel), trace="t" * 8), clock.now())


def test_B14_a_stop_that_comes_first_wins(made: Command, a_panel: Panel) -> None:
    cancelled = stops.record(made.bridge_id, a_stop(a_panel), made.user_id, clock.now())
    assert [one.pk for one in cancelled] == [made.pk]
    answer = commands.claim(made.bridge_id, scene.claim_of(made), clock.now())
    assert isinstance(answer, wire.Deny)
    assert answer.code == "stopped"


def test_B14_a_stop_of_the_panel_cancels_every_start_on_it(made: Command, a_panel: Panel) -> None:
    stops.record(made.bridge_id, a_stop(a_panel, None, None), None, clock.now())
    made.refresh_from_db()
    assert (made.state, made.code) == (Command.State.CANCELLED, "stopped")


def test_B14_an_older_stop_does_not_touch_a_later_run(a_bridge: Bridge, a_panel: Panel, alice: User) -> None:
    resumed = make(a_bridge, a_panel, alice, run_no=2)
    assert stops.record(a_bridge.pk, a_stop(a_panel, run_no=1), alice.pk, clock.now()) == []
    assert isinstance(commands.claim(a_bridge.pk, scene.claim_of(resumed), clock.now()), wire.Grant)


def test_B14_a_stop_never_expires_and_is_told_until_it_is_answered(a_bridge: Bridge, a_panel: Panel) -> None:
    stop = a_stop(a_panel)
    stops.record(a_bridge.pk, stop, None, scene.moved(clock.now(), wall=timedelta(days=-30), steady_ms=-9_000_000))
    assert expiry.expire(clock.now()) == []
    assert [stops.message(one) for one in whats_waiting([a_bridge.pk])] == [stop]
    result = wire.Result(command_id=stop.command_id, ok=True, code="ok", detail="", trace=stop.trace)
    assert results.finish(a_bridge.pk, result, clock.now()) is not None
    assert whats_waiting([a_bridge.pk]) == []


def test_B14_a_stop_is_not_claimed(a_bridge: Bridge, a_panel: Panel) -> None:
    stop = a_stop(a_panel)
    stops.record(a_bridge.pk, stop, None, clock.now())
    answer = commands.claim(a_bridge.pk, wire.Claim(command_id=stop.command_id, claim_id=uuid4()), clock.now())
    assert isinstance(answer, wire.Deny)
    assert [one.pk for one in whats_waiting([a_bridge.pk])] == [stop.command_id]


def test_B14_the_same_stop_again_is_one_row(a_bridge: Bridge, a_panel: Panel) -> None:
    stop = a_stop(a_panel)
    for _ in range(3):
        stops.record(a_bridge.pk, stop, None, clock.now())
    assert Command.objects.filter(kind=orders.STOP).count() == 1


def test_B14_a_stop_that_was_not_confirmed_is_told_again_when_it_is_asked_for_again(a_bridge: Bridge, a_panel: Panel) -> None:
    stop = a_stop(a_panel)
    stops.record(a_bridge.pk, stop, None, clock.now())
    result = wire.Result(command_id=stop.command_id, ok=False, code="not_confirmed", detail="", trace=stop.trace)
    results.finish(a_bridge.pk, result, clock.now())
    assert whats_waiting([a_bridge.pk]) == []
    stops.record(a_bridge.pk, stop, None, clock.now())
    assert [one.pk for one in whats_waiting([a_bridge.pk])] == [stop.command_id]


def test_B10_stops_come_before_all_else_and_other_bridges_stops_hide_nothing(
    a_bridge: Bridge, a_panel: Panel, alice: User, charlie: User
) -> None:
    theirs = scene.a_bridge(charlie.memberships.get().household)
    other = scene.a_panel(theirs)
    for _ in range(30):
        stops.record(theirs.pk, a_stop(other, uuid4()), None, clock.now())
    start = make(a_bridge, a_panel, alice, run_no=2)
    stop = a_stop(a_panel, run_no=1)
    stops.record(a_bridge.pk, stop, None, clock.now())
    assert [one.pk for one in whats_waiting([a_bridge.pk])] == [stop.command_id, start.pk]


def test_B15_it_takes_one_result(made: Command) -> None:
    commands.claim(made.bridge_id, scene.claim_of(made), clock.now())
    late = wire.Result(command_id=made.pk, ok=False, code="late", detail="", trace=made.trace)
    assert results.finish(made.bridge_id, late, clock.now()) is not None
    assert results.finish(made.bridge_id, late.model_copy(update={"ok": True, "code": "ok"}), clock.now()) is None
    made.refresh_from_db()
    assert (made.state, made.code) == (Command.State.FAILED, "late")


def test_B15_it_takes_no_result_of_what_was_not_granted(made: Command) -> None:
    told = wire.Result(command_id=made.pk, ok=True, code="ok", detail="", trace=made.trace)
    assert results.finish(made.bridge_id, told, clock.now()) is None


def test_B15_it_takes_no_result_from_another_bridge(made: Command, charlie: User) -> None:
    commands.claim(made.bridge_id, scene.claim_of(made), clock.now())
    theirs = scene.a_bridge(charlie.memberships.get().household)
    told = wire.Result(command_id=made.pk, ok=True, code="ok", detail="", trace=made.trace)
    assert results.finish(theirs.pk, told, clock.now()) is None


def test_B16_only_what_still_lives_is_rung_for(a_bridge: Bridge, a_panel: Panel, alice: User) -> None:
    make(a_bridge, a_panel, alice, now=scene.moved(clock.now(), wall=timedelta(seconds=-11), steady_ms=-11_000))
    fresh = make(a_bridge, a_panel, alice, run_no=2)
    assert [one.pk for one in whats_waiting([a_bridge.pk])] == [fresh.pk]
    assert [one.code for one in expiry.expire(clock.now())] == ["expired"]


@pytest.mark.django_db(transaction=True)
def test_B11_eight_claims_at_once_are_granted_exactly_once(a_bridge: Bridge, a_panel: Panel, alice: User) -> None:
    for round_no in range(5):
        command = make(a_bridge, a_panel, alice, run_no=round_no + 1)
        answers = scene.at_once(*[partial(commands.claim, a_bridge.pk, scene.claim_of(command), clock.now()) for _ in range(8)])
        granted = [one for one in answers if isinstance(one, wire.Grant)]
        denied = [one.code for one in answers if isinstance(one, wire.Deny)]
        assert (len(granted), denied) == (1, ["taken"] * 7)


@pytest.mark.django_db(transaction=True)
def test_B14_a_stop_races_a_claim_and_one_of_them_wins(a_bridge: Bridge, a_panel: Panel, alice: User) -> None:
    outcomes = set()
    for round_no in range(12):
        command = make(a_bridge, a_panel, alice, run_no=round_no + 1)
        stop = a_stop(a_panel, run_no=round_no + 1)
        answer, cancelled = scene.at_once(
            partial(commands.claim, a_bridge.pk, scene.claim_of(command), clock.now()),
            partial(stops.record, a_bridge.pk, stop, None, clock.now()),
        )
        command.refresh_from_db()
        granted = isinstance(answer, wire.Grant)
        assert granted == (command.state == Command.State.GRANTED)
        assert granted == (cancelled == [])
        outcomes.add(granted)
    assert outcomes  # whoever wins, never both


def test_B17_a_granted_command_whose_answer_was_lost_is_closed(made: Command) -> None:
    now = clock.now()
    commands.claim(made.bridge_id, wire.Claim(command_id=made.pk, claim_id=uuid4()), now)
    assert expiry.unanswered(now.after(80_000)) == []
    (closed,) = expiry.unanswered(now.after(91_000))
    assert (closed.pk, closed.state, closed.code) == (made.pk, Command.State.FAILED, "unanswered")
    assert expiry.unanswered(now.after(92_000)) == []


def test_B17_a_clock_that_was_put_back_holds_no_command_open(made: Command) -> None:
    now = clock.now()
    commands.claim(made.bridge_id, wire.Claim(command_id=made.pk, claim_id=uuid4()), now)
    put_back = clock.Moment(now.wall - timedelta(days=365), now.steady_ms + 1_000, now.clock_id)
    assert [one.pk for one in expiry.unanswered(put_back)] == [made.pk]
