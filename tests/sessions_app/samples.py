"""A healthy person, a measured panel and a modest plan, for tests to bend."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sessions_app.screening.questionnaire import nothing_of_these
from sessions_app.screening.values import Answered
from sessions_app.therapy.values import Channel, Exposure, Person, Wish

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLE = ((15.0, 40.0), (30.0, 30.0), (60.0, 12.0))
PANEL = (
    Channel(wavelength_nm=660, irradiance=TABLE, provenance="lab"),
    Channel(wavelength_nm=850, irradiance=TABLE, provenance="lab"),
)
UNMEASURED = (Channel(wavelength_nm=660), Channel(wavelength_nm=850))


def wish(**changes: Any) -> Wish:
    """Ten minutes of red at half level on the chest: 30 cm, 30 mW/cm², so 9 J/cm²."""
    plain = Wish(session_id="s1", sites=("chest",), distance_cm=30, duration_s=600, levels_pct={660: 50}, eyewear=True)
    return replace(plain, **changes)


def person(answers: dict[str, Any] | None = None, **changes: Any) -> Person:
    """A person who answered an hour ago that nothing applies, but for `answers`."""
    answered = Answered(version=1, answers=nothing_of_these() | (answers or {}), answered_at=NOW - HOUR)
    return replace(Person(person_id="p1", zone="Europe/Berlin", screening=answered), **changes)


def exposure(hours_ago: float, fluence_j_cm2: float | None, **changes: Any) -> Exposure:
    plain = Exposure(
        session_id=f"h{hours_ago}",
        sites=("chest",),
        ended_at=NOW - hours_ago * HOUR,
        on_s=600,
        fluence_j_cm2=fluence_j_cm2,
    )
    return replace(plain, **changes)
