"""A house where a session could be started: a bridge that is there, a measured panel, a person who answered the questions."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.accounts.models import Household, User
from sessions_app.base import new_id
from sessions_app.clock import Moment
from sessions_app.panels import own_profiles
from sessions_app.panels.models import Bridge, Command, OwnProfile, Panel, Sighting
from sessions_app.panels.phone_wire import CheckBody
from sessions_app.problems import Problem
from sessions_app.screening.models import Screening
from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these
from sessions_app.therapy import checking
from sessions_app.therapy.models import Run, Session
from sessions_app.therapy.start import StartBody, Started, start
from tests.patience import PATIENCE_S

DEVICE = "device-of-alice"
TRACE = "trace-of-this-test"
TABLE = [{"distance_cm": 15.0, "irradiance_mw_cm2": 40.0}, {"distance_cm": 30.0, "irradiance_mw_cm2": 30.0}]


def later(now: Moment, **delta: float) -> Moment:
    """This long after, on both clocks."""
    return now.after(round(timedelta(**delta) / timedelta(milliseconds=1)))


def a_bridge(household: Household, **changes: Any) -> Bridge:
    """Enrolled, and its line open."""
    values: dict[str, Any] = {"name": "Bridge at home", "line_id": uuid4(), "last_seen_at": datetime.now(UTC)}
    return Bridge.objects.create(household=household, **(values | changes))


def identity(**changes: Any) -> wire.Identity:
    values = {
        "address": "F0:F1:F2:F3:F4:F5",
        "serial": "NV-0001",
        "gatt_fingerprint": "a" * 64,
        "profile": "nirweb-open",
        "profile_hash": "b" * 64,
    }
    return wire.Identity(**(values | changes))


def found_panel(**changes: Any) -> wire.FoundPanel:
    plain = wire.FoundPanel(
        found_id="0123456789abcdef",
        name="NIRWeb Virtual Panel",
        rssi_dbm=-50,
        connectable=True,
        profile="nirweb-open",
        identity=identity(),
        channels=[
            wire.Channel(wavelength_nm=660, min_pct=5, max_pct=100),
            wire.Channel(wavelength_nm=850, min_pct=5, max_pct=100),
        ],
        safety="deadman",
        confirm="token",
        paired_panel_id=None,
        virtual=False,
    )
    return plain.model_copy(update=changes)


def an_own_profile(bridge: Bridge, *, file: str = "mine-1.toml", text: str = 'profile = "mine-1"') -> OwnProfile:
    """A file of the household's own in this bridge's folder, as the bridge told of it."""
    said = wire.OwnProfile(file=file, profile="mine-1", name="Mine", safety="hw_timer", confirm="status", faults="", text=text)
    own_profiles.told(bridge.pk, said, clock.now())
    return OwnProfile.objects.get(bridge=bridge, file=file)


def saw(bridge: Bridge, found: wire.FoundPanel, at: datetime | None = None) -> None:
    Sighting.objects.create(
        bridge=bridge, found_id=found.found_id, body=found.model_dump(mode="json"), seen_at=at or datetime.now(UTC)
    )


def a_panel(bridge: Bridge, **changes: Any) -> Panel:
    """Paired and measured: red and near infrared."""
    channel = {"min_pct": 5, "max_pct": 100, "irradiance": TABLE, "provenance": "lab"}
    values: dict[str, Any] = {
        "name": "Panel",
        "identity": identity().model_dump(mode="json"),
        "channels": [{"wavelength_nm": 660, **channel}, {"wavelength_nm": 850, **channel}],
        "safety": "deadman",
        "confirm": "token",
    }
    return Panel.objects.create(household=bridge.household, bridge=bridge, **(values | changes))


def answers(user: User, **said: Any) -> Screening:
    """The health questions, answered an hour ago: nothing applies but what is said."""
    return Screening.objects.create(
        id=new_id(),
        user=user,
        questionnaire_version=QUESTIONNAIRE.version,
        answers=nothing_of_these() | said,
        answered_at=datetime.now(UTC) - timedelta(hours=1),
    )


def a_plan(panel: Panel, **changes: Any) -> CheckBody:
    """Ten minutes of red at half level on the chest."""
    values: dict[str, Any] = {
        "session_id": new_id(),
        "panel_id": panel.pk,
        "sites": ["chest"],
        "distance_cm": 30.0,
        "duration_s": 600,
        "levels_pct": {660: 50, 850: 0},
        "eyewear": True,
    }
    return CheckBody.model_validate(values | changes)


def ticket_for(user: User, plan: CheckBody, now: Moment) -> str:
    verdict = checking.check(user, DEVICE, plan, now)
    assert verdict.ticket is not None, [one.code for one in verdict.reasons]
    return verdict.ticket


def started(user: User, plan: CheckBody, now: Moment | None = None, **changes: Any) -> Started:
    """Checked and started, as a phone does."""
    now = now or clock.now()
    values = {
        "plan": plan,
        "ticket": changes.pop("ticket", None) or ticket_for(user, plan, now),
        "person_id": user.pk,
        "eyewear_confirmed": True,
        "run_no": 1,
    }
    return start(user, DEVICE, StartBody.model_validate(values | changes), TRACE, now)


def claim_of(command: Command) -> wire.Claim:
    return wire.Claim(command_id=command.pk, claim_id=uuid4())


class Journal:
    """A bridge's journal as the server sees it: events numbered without a gap."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.epoch = uuid4()
        self.seq = 0

    def hello(self, *open_runs: tuple[UUID, int], **changes: Any) -> wire.Hello:
        plain = wire.Hello(
            protocol=wire.PROTOCOL,
            software="test 1",
            epoch=self.epoch,
            last_seq=self.seq,
            open_runs=[wire.OpenRun(session_id=session_id, run_no=run_no) for session_id, run_no in open_runs],
            profiles={},
            radios=["virtual"],
        )
        return plain.model_copy(update=changes)

    def event(self, run: Run | None, kind: str, **changes: Any) -> wire.RunEvent:
        """The next event about this run."""
        self.seq += 1
        values: dict[str, Any] = {
            "seq": self.seq,
            "epoch": self.epoch,
            "at": datetime.now(UTC),
            "panel_id": run.session.panel_id if run else uuid4(),
            "session_id": run.session_id if run else None,
            "run_no": run.run_no if run else None,
            "event": kind,
            "trace": TRACE,
        }
        return wire.RunEvent.model_validate(values | changes)


def run_of(session: Session, run_no: int = 1) -> Run:
    return Run.objects.select_related("session").get(session=session, run_no=run_no)


def moved(now: Moment, *, wall: timedelta = timedelta(0), steady_ms: int = 0, clock_id: str | None = None) -> Moment:
    """Another reading of the clocks, each moved by itself."""
    return replace(now, wall=now.wall + wall, steady_ms=now.steady_ms + steady_ms, clock_id=clock_id or now.clock_id)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same moment, each on a thread with a connection of its own; give back what they gave or raised."""
    gate = threading.Barrier(len(works))
    given: list[Any] = [None] * len(works)

    def go(index: int) -> None:
        gate.wait(PATIENCE_S)
        try:
            given[index] = works[index]()
        except Problem as problem:
            given[index] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE_S)
    return given
