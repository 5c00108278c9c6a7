"""A year of a household in the database: run as  python -m tests.bench.year PEOPLE SEED  with the settings of a data folder."""

import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import django

EVENTS: Final = 25
"""Of a session: begin, level changes, reports once a minute, end."""
PLANNED: Final = {"660": 80}
LIT: Final = {"660": 480}
REPORT: Final = {"event": "report", "levels_pct": {"660": 80, "850": 0}, "on_s": 24.0, "full_level_s": {"660": 19.2}}


def main(people: int, seed: int) -> None:
    django.setup()
    from django.db import transaction

    from tests import factories

    chance, end = random.Random(seed), datetime.now(UTC) - timedelta(days=1)
    household = factories.household(name="Home")
    with transaction.atomic():
        panel = _panel(household)
        for number in range(people):
            user = factories.member_of(household, email=f"person-{number}@example.org")
            _sessions(user, panel, chance, end)
            _words(user, chance, end)


def _panel(household: Any) -> Any:
    from tests.sessions_app import scene

    return scene.a_panel(scene.a_bridge(household))


def _sessions(user: Any, panel: Any, chance: random.Random, end: datetime) -> None:
    from sessions_app.therapy.models import Run, Session, SessionEvent

    sessions, runs, events = [], [], []
    for day in range(365):
        at = end - timedelta(days=day, minutes=chance.randrange(600))
        sessions.append(_session(user, panel, at))
        runs.append(
            Run(
                session=sessions[-1], run_no=1, command_id=uuid4(), duration_s=600, levels_pct=PLANNED, highest_pct=PLANNED,
                requested_at=at, began_at=at, on_s=600, full_level_s=LIT, **_ended(at),
            )
        )  # fmt: skip
        of = {"bridge": panel.bridge, "session": sessions[-1], "panel": panel, "epoch": uuid4(), "at": at, "event": "report"}
        events += [SessionEvent(**of, seq=seq, body=REPORT | {"trace": str(uuid4())}) for seq in range(EVENTS)]
    Session.objects.bulk_create(sessions, batch_size=500)
    Run.objects.bulk_create(runs, batch_size=500)
    SessionEvent.objects.bulk_create(events, batch_size=500)


def _session(user: Any, panel: Any, at: datetime) -> Any:
    from sessions_app.therapy.models import Session

    return Session(
        user=user, panel=panel, sites=["face"], distance_cm=20, planned_duration_s=600, planned_levels_pct=PLANNED,
        irradiance_mw_cm2={"660": 40}, provenance="lab", clearance={}, eyewear_confirmed_at=at, requested_at=at, on_s=600,
        full_level_s=LIT, off_confirmed=True, started_at=at, **_ended(at),
    )  # fmt: skip


def _ended(at: datetime) -> dict[str, Any]:
    return {"state": "ended", "end_reason": "timer", "ended_at": at + timedelta(minutes=10)}


def _words(user: Any, chance: random.Random, end: datetime) -> None:
    from sessions_app.progress.models import Rating
    from sessions_app.therapy.models import CheckIn, SessionLog

    days = [end - timedelta(days=day) for day in range(365)]
    note = "Warm for an hour, then nothing. Slept well. " * 3
    checkins = [CheckIn(id=uuid4(), user=user, sites=["face"], at=at, comfort=chance.randrange(11), note=note) for at in days]
    CheckIn.objects.bulk_create(checkins, batch_size=500)
    SessionLog.objects.bulk_create(
        [SessionLog(id=uuid4(), user=user, sites=["neck"], started_at=at, duration_s=300, how="timer") for at in days[::7]]
    )
    Rating.objects.bulk_create([Rating(id=uuid4(), user=user, aim="skin", value=chance.randrange(11), at=at) for at in days[::7]])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
