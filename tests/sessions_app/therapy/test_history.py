"""What the ceilings count, read from the database."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import uuid_utils.compat

from sessions_app.accounts.models import Household, Membership, User
from sessions_app.base import made_at
from sessions_app.panels.models import Bridge, Panel
from sessions_app.screening.models import Agreement, Screening
from sessions_app.screening.questionnaire import nothing_of_these
from sessions_app.sync import served
from sessions_app.therapy import view
from sessions_app.therapy.history import exposures_of, latest_end, of_session
from sessions_app.therapy.inputs import channels_of, person_of
from sessions_app.therapy.models import LitArea, Run, Session, SessionLog
from tests.sessions_app.vectors import at, moment, names, vectors

HOUR = timedelta(hours=1)
EXPOSURES = vectors("exposures")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def panel(household: Household) -> Panel:
    bridge = Bridge.objects.create(household=household, name="Bridge")
    channel = {
        "wavelength_nm": 660,
        "min_pct": 1,
        "max_pct": 100,
        "irradiance": [{"distance_cm": 15, "irradiance_mw_cm2": 40}],
        "provenance": "lab",
    }
    return Panel.objects.create(
        household=household, bridge=bridge, name="Panel", identity={}, channels=[channel], safety="deadman", confirm="token"
    )


def id_made_at(moment: datetime) -> UUID:
    """Version 7: 48 bits of milliseconds, then version, variant and chance."""
    return UUID(int=round(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | secrets.randbits(62))


def session(user: User, panel: Panel, now: datetime, **changes: Any) -> Session:
    values: dict[str, Any] = {
        "sites": ["chest"],
        "distance_cm": 15,
        "planned_duration_s": 600,
        "planned_levels_pct": {"660": 50},
        "irradiance_mw_cm2": {"660": 40.0},
        "provenance": "lab",
        "clearance": {},
        "eyewear_confirmed_at": now,
        "requested_at": now - HOUR,
        "state": Session.State.ENDED,
        "started_at": now - HOUR,
        "ended_at": now - HOUR + timedelta(minutes=10),
    }
    return Session.objects.create(user=user, panel=panel, **(values | changes))


def run(of: Session, now: datetime, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "run_no": 1,
        "command_id": uuid4(),
        "duration_s": 600,
        "levels_pct": {"660": 50},
        "highest_pct": {"660": 50},
        "requested_at": now - HOUR,
        "began_at": now - HOUR,
        "ended_at": now - HOUR + timedelta(minutes=10),
        "state": Run.State.ENDED,
        "on_s": 600.0,
        "full_level_s": {"660": 300.0},
    }
    return Run.objects.create(session=of, **(values | changes))


def log(user: User, started_at: datetime, **changes: Any) -> SessionLog:
    values: dict[str, Any] = {
        "id": id_made_at(started_at + timedelta(minutes=10)),
        "sites": ["chest"],
        "duration_s": 600,
        "levels_pct": {"660": 50},
        "irradiance_mw_cm2": {"660": 40.0},
        "how": "timer",
    }
    return SessionLog.objects.create(user=user, started_at=started_at, **(values | changes))


def test_it_counts_what_a_session_delivered(alice: User, panel: Panel, now: datetime) -> None:
    run(session(alice, panel, now), now)
    (found,) = exposures_of(alice, now)
    assert found.fluence_j_cm2 == pytest.approx(12)  # 40 mW/cm² × 300 s at full level
    assert found.on_s == 600
    assert found.ended_at == now - timedelta(minutes=50)


def test_it_counts_an_open_session_as_planned_and_as_not_ended(alice: User, panel: Panel, now: datetime) -> None:
    one = session(alice, panel, now, state=Session.State.RUNNING, ended_at=None)
    run(one, now, state="running", ended_at=None, began_at=now, on_s=5.0, full_level_s={"660": 1.0}, highest_pct={"660": 100})
    (found,) = exposures_of(alice, now)
    assert found.fluence_j_cm2 == pytest.approx(24)
    assert found.ended_at == now + timedelta(minutes=10)


def test_it_counts_an_unreported_stretch_at_the_highest_level(alice: User, panel: Panel, now: datetime) -> None:
    run(session(alice, panel, now), now, on_s=0.0, full_level_s={}, assumed_s=600.0, highest_pct={"660": 100}, confirmed=False)
    (found,) = exposures_of(alice, now)
    assert found.fluence_j_cm2 == pytest.approx(24)


def test_it_leaves_out_a_session_that_never_lit(alice: User, panel: Panel, now: datetime) -> None:
    run(session(alice, panel, now), now, on_s=0.0, full_level_s={})
    assert exposures_of(alice, now) == ()


def test_it_adds_up_the_runs_of_a_session(alice: User, panel: Panel, now: datetime) -> None:
    one = session(alice, panel, now)
    run(one, now)
    run(one, now, run_no=2, on_s=60.0, full_level_s={"660": 30.0})
    (found,) = exposures_of(alice, now)
    assert found.fluence_j_cm2 == pytest.approx(13.2)


def test_it_takes_an_old_session_out_of_sight(alice: User, panel: Panel, now: datetime) -> None:
    run(session(alice, panel, now, ended_at=now - timedelta(days=9)), now, ended_at=now - timedelta(days=9))
    assert exposures_of(alice, now) == ()


def test_it_sees_nobody_elses_light(alice: User, bob: User, panel: Panel, now: datetime) -> None:
    run(session(bob, panel, now), now)
    log(bob, now - 5 * HOUR)
    assert exposures_of(alice, now) == ()


def test_it_counts_a_log_by_what_was_written(alice: User, now: datetime) -> None:
    log(alice, now - 5 * HOUR)
    log(alice, now - 5 * HOUR, levels_pct=None, id=uuid_utils.compat.uuid7())
    log(alice, now - 5 * HOUR, irradiance_mw_cm2=None, id=uuid_utils.compat.uuid7())
    assert sorted([one.fluence_j_cm2 or 0 for one in exposures_of(alice, now)]) == [0, pytest.approx(12), pytest.approx(24)]


def test_it_counts_no_log_that_was_superseded(alice: User, now: datetime) -> None:
    log(alice, now - 5 * HOUR, superseded_by=uuid4())
    assert exposures_of(alice, now) == ()


def test_H9_it_takes_the_later_of_the_phones_and_the_servers_clock() -> None:
    noon = datetime(2026, 5, 3, 12, tzinfo=UTC)
    on_time = latest_end(claimed=noon, made=noon, stored=noon)
    sent_late = latest_end(claimed=noon, made=noon, stored=noon + 5 * HOUR)
    written_later = latest_end(claimed=noon, made=noon + 5 * HOUR, stored=noon + 5 * HOUR)
    slow_clock = latest_end(claimed=noon - 48 * HOUR, made=noon - 48 * HOUR, stored=noon)
    fast_clock = latest_end(claimed=noon + 3 * HOUR, made=noon + 3 * HOUR, stored=noon)
    assert on_time == noon
    assert sent_late == noon + 5 * HOUR
    assert written_later == noon
    assert slow_clock == noon
    assert fast_clock == noon + 3 * HOUR


def test_it_takes_what_was_offered_back_for_as_old_as_it_is(alice: User, now: datetime) -> None:
    log(alice, now - 30 * HOUR, restored=True)
    log(alice, now - 30 * HOUR)
    restored, sent_late = sorted(one.ended_at for one in exposures_of(alice, now))
    assert restored == now - 30 * HOUR + timedelta(minutes=10)
    assert sent_late >= now


def test_it_reads_when_an_id_was_made() -> None:
    noon = datetime(2026, 5, 3, 12, 0, 0, 123000, tzinfo=UTC)
    assert made_at(id_made_at(noon)) == noon
    assert made_at(uuid4()) is None


def test_it_gathers_everything_about_a_person(alice: User, panel: Panel, now: datetime) -> None:
    answers = nothing_of_these() | {"lupus": True}
    Screening.objects.create(user=alice, questionnaire_version=1, answers=nothing_of_these(), answered_at=now - 48 * HOUR)
    Screening.objects.create(user=alice, questionnaire_version=1, answers=answers, answered_at=now)
    Agreement.objects.create(user=alice, question_id="lupus", agreed_on=now.date())
    person = person_of(alice, now)
    assert person.screening is not None
    assert person.screening.answers["lupus"] is True
    assert set(person.screening.since) == {"lupus"}
    assert [one.question_id for one in person.agreements] == ["lupus"]
    assert channels_of(panel)[0].irradiance == ((15, 40),)


def test_it_takes_the_newest_answers_whatever_order_they_came_in(alice: User, now: datetime) -> None:
    newest = nothing_of_these() | {"epilepsy": True}
    Screening.objects.create(user=alice, questionnaire_version=1, answers=newest, answered_at=now - HOUR)
    Screening.objects.create(user=alice, questionnaire_version=1, answers=nothing_of_these(), answered_at=now - 5 * HOUR)
    person = person_of(alice, now)
    assert person.screening is not None
    assert person.screening.answers["epilepsy"] is True


def test_it_finds_a_guardian_only_in_an_adult_owner(alice: User, bob: User, now: datetime) -> None:
    young = nothing_of_these() | {"under_18": True}
    Screening.objects.create(user=bob, questionnaire_version=1, answers=young, answered_at=now)
    assert not person_of(bob, now).guardian, "whether alice is an adult is not known"
    Screening.objects.create(user=alice, questionnaire_version=1, answers=nothing_of_these(), answered_at=now)
    assert person_of(bob, now).guardian
    Membership.objects.filter(user=alice).update(role=Membership.Role.MEMBER)
    assert not person_of(bob, now).guardian, "alice owns no household of his"


def test_it_finds_no_guardian_in_another_household(bob: User, charlie: User, now: datetime) -> None:
    young = nothing_of_these() | {"under_18": True}
    Screening.objects.create(user=bob, questionnaire_version=1, answers=young, answered_at=now)
    Screening.objects.create(user=charlie, questionnaire_version=1, answers=nothing_of_these(), answered_at=now)
    assert not person_of(bob, now).guardian


@pytest.mark.parametrize("case", EXPOSURES["cases"], ids=names(EXPOSURES["cases"]))
def test_D1_a_session_counts_for_the_server_as_phones_are_told(case: dict[str, Any], alice: User, panel: Panel) -> None:
    now = at(EXPOSURES["now"])
    times = {name: moment(case["session"][name]) for name in ("started_at", "ended_at")}
    made = session(alice, panel, now, **case["session"] | times | {"sites": EXPOSURES["sites"]})
    for one in case["runs"]:
        run(made, now, **one | {name: moment(one[name]) for name in ("requested_at", "began_at", "ended_at")})
    expected = case["exposure"]
    found = of_session(made, now)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.on_s, found.sites) == (expected["on_s"], tuple(EXPOSURES["sites"]))
        assert found.ended_at == at(expected["ended_at"])
        assert found.fluence_j_cm2 == (None if expected["fluence_j_cm2"] is None else pytest.approx(expected["fluence_j_cm2"]))
    assert served.session(made)["counts"] == (None if case["counts"] is None else pytest.approx(case["counts"]))


def test_D6_a_session_tells_energy_only_of_places_whose_lit_area_was_measured(alice: User, bob: User, panel: Panel) -> None:
    now = datetime.now(UTC)
    made = session(alice, panel, now, sites=["chest", "neck"], on_s=600, full_level_s={"660": 300}, provenance="claim")
    assert view.energy(made) == {"chest": None, "neck": None}
    LitArea.objects.create(user=bob, session_id=made.pk, areas_cm2={"chest": 9_999}, at=now)
    for measured_at, area in ((now, 200), (now - HOUR, 50)):
        LitArea.objects.create(user=alice, session_id=made.pk, areas_cm2={"chest": area}, at=measured_at)
    found = view.energy(made)
    assert found["neck"] is None
    assert found["chest"] is not None
    assert found["chest"][660].at_most_j == pytest.approx(12 * 200), "what was measured last counts, and nobody else's"
    assert found["chest"][660].low_j == pytest.approx(6 * 200)
    assert view.session_out(made).energy == found
