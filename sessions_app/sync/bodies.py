"""What phones may write, field by field (docs/sync.md, "Entities"). Out of range is refused, never clamped [Y45]."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Final, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from ble_bridge.contract import limits
from sessions_app.regimens.evidence import AIMS, STUDIES
from sessions_app.screening import sites
from sessions_app.screening.questionnaire import QUESTIONNAIRE
from sessions_app.screening.rules import faults
from sessions_app.strict import Day, Instant, Schema
from sessions_app.therapy.holds import EVERYWHERE

LEEWAY: Final = timedelta(days=1)
"""How far ahead of the server's clock a phone's may be [Y42, Y45]."""
MAX_LOGGED_S: Final = 4 * 60 * 60
"""Longest session that can be written down by hand, seconds: longer than any that may be started, because it is a report."""

MAX_AREA_CM2: Final = 20_000
"""More skin than a person has, cm²."""


# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _now(info: ValidationInfo) -> datetime:
    now = (info.context or {}).get("now")
    if not isinstance(now, datetime):
        raise TypeError("bodies are checked against a clock: give context={'now': …}")
    return now


def _past_instant(value: datetime, info: ValidationInfo) -> datetime:
    if value > _now(info) + LEEWAY:
        raise ValueError("must not lie in the future")
    return value


def _past_day(value: date, info: ValidationInfo) -> date:
    if value > (_now(info) + LEEWAY).date():
        raise ValueError("must not lie in the future")
    return value


def _once(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("must not name one twice")
    return values


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("must be a time zone such as Europe/Berlin")
    return value


def _days(values: list[int]) -> list[int]:
    if sorted(set(values)) != values:
        raise ValueError("must be in order, each once")
    return values


def _known_sites(values: list[str]) -> list[str]:
    strangers = sites.unknown(values)
    if strangers:
        raise ValueError(f"{strangers[0]} is not a place on the body that NIRWeb knows")
    return values


def _known_site(value: str) -> str:
    return _known_sites([value])[0]


def _held(value: str) -> str:
    return value if value == EVERYWHERE else _known_site(value)


def _aim(value: str) -> str:
    if value not in AIMS:
        raise ValueError("is not an aim that NIRWeb knows")
    return value


def _study(value: str) -> str:
    if value and value not in STUDIES:
        raise ValueError("is not a study that NIRWeb knows")
    return value


def _asked(value: str) -> str:
    question = QUESTIONNAIRE.question(value)
    if question is None or not question.asks_clinician:
        raise ValueError("is not a question that a clinician's agreement is for")
    return value


PastInstant = Annotated[Instant, AfterValidator(_past_instant)]
PastDay = Annotated[Day, AfterValidator(_past_day)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,60}$")]
"""Id of something in a data file."""
SiteId = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
Site = Annotated[SiteId, AfterValidator(_known_site)]
Sites = Annotated[
    list[SiteId],
    Field(max_length=32),
    AfterValidator(_once),
    AfterValidator(_known_sites),
]
Aim = Annotated[Name, AfterValidator(_aim)]
Wavelength = Annotated[str, Field(pattern=r"^([4-9][0-9][0-9]|1[0-3][0-9][0-9]|1400)$")]
"""Nanometres, 400-1400, as a key."""
Percent = Annotated[int, Field(ge=0, le=100)]
Severity = Annotated[int, Field(ge=0, le=3)]
TenPoints = Annotated[int, Field(ge=0, le=10)]
DistanceCm = Annotated[float, Field(gt=0, le=500)]
Note = Annotated[str, Field(max_length=2000)]


# ── Merged rows ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Profile(Schema):
    display_name: Annotated[str, Field(max_length=80)]
    colour: Annotated[str, Field(pattern=r"^[a-z-]{1,20}$")]
    zone: Annotated[str, AfterValidator(_zone)]
    theme: Literal["auto", "light", "dark", "night"]
    phototype: Annotated[int, Field(ge=1, le=6)] | None = None
    """Younger than the first phones. The one field of a profile that tells of health [Y46]."""


class Share(Schema):
    """One wavelength of a regimen."""

    level_pct: Percent
    fluence_j_cm2: Annotated[float, Field(ge=0, le=limits.MAX_FLUENCE_7D_J_CM2)] | None


class BuildUp(Schema):
    """Begins with this share of the minutes and rises to the whole, a step for each week without trouble."""

    from_pct: Annotated[int, Field(ge=10, le=90)]
    weeks: Annotated[int, Field(ge=1, le=26)]


class Regimen(Schema):
    aim: Aim
    sites: Sites
    panel_id: UUID | None
    wavelengths: Annotated[dict[Wavelength, Share], Field(max_length=limits.MAX_CHANNELS)]
    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], AfterValidator(_days)]
    local_time: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
    minutes: Annotated[float, Field(gt=0, le=limits.MAX_SESSION_S / 60)]
    distance_cm: DistanceCm | None
    studied: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,60}$"), AfterValidator(_study)] | None
    build_up: BuildUp | None = None
    """Younger than the first phones: they say nothing of it."""
    started_on: Day
    ended_on: Day | None


# ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
Option = Annotated[str, Field(max_length=60)]


class Screening(Schema):
    questionnaire_version: Annotated[int, Field(ge=1, le=10_000)]
    answers: Annotated[dict[Name, bool | Option | Annotated[list[Option], Field(max_length=60)]], Field(max_length=200)]
    answered_at: PastInstant

    @field_validator("answers")
    @classmethod
    def _complete(cls, answers: dict[str, object], info: ValidationInfo) -> dict[str, object]:
        """Answers to other versions are kept as they are: they are history, and the rules ask again."""
        found = faults(answers) if info.data.get("questionnaire_version") == QUESTIONNAIRE.version else {}
        if found:
            raise ValueError("; ".join(f"{question}: {words}" for question, words in found.items()))
        return answers


class Agreement(Schema):
    question_id: Annotated[Name, AfterValidator(_asked)]
    agreed_on: PastDay
    clinician_note: Annotated[str, Field(max_length=500)]


class SessionLog(Schema):
    sites: Annotated[Sites, Field(min_length=1)]
    started_at: PastInstant
    duration_s: Annotated[int, Field(ge=1, le=MAX_LOGGED_S)]
    distance_cm: DistanceCm | None
    panel_id: UUID | None
    levels_pct: dict[Wavelength, Percent] | None
    irradiance_mw_cm2: dict[Wavelength, Annotated[float, Field(gt=0, le=1000)]] | None
    how: Literal["timer", "by_hand"]
    regimen_id: UUID | None


class LitArea(Schema):
    """`session_id` is no parent that must be there: a session that a panel ran may still be on its way."""

    session_id: UUID
    areas_cm2: Annotated[dict[Site, Annotated[float, Field(gt=0, le=MAX_AREA_CM2)]], Field(min_length=1, max_length=32)]
    at: PastInstant


class CheckIn(Schema):
    """`session_id` is no parent that must be there: what was seen on the skin counts in any case."""

    session_id: UUID | None
    sites: Sites
    at: PastInstant
    comfort: TenPoints | None
    """None: not said."""
    warmth: Severity
    redness: Severity
    swelling: Severity
    headache: Severity
    redness_lasting: bool
    blister: bool
    eye_trouble: bool
    note: Note


class HoldRelease(Schema):
    site: Annotated[SiteId, AfterValidator(_held)]
    """Or `all`, for a hold on every site."""
    checkin_id: UUID
    kind: Literal["self", "clinician"]
    agreed_on: PastDay | None
    at: PastInstant

    @model_validator(mode="after")
    def _dated(self) -> "HoldRelease":
        if (self.kind == "clinician") is (self.agreed_on is None):
            raise ValueError("a clinician's agreement has a date, and a release of one's own has none")
        return self


class Rating(Schema):
    aim: Aim
    value: TenPoints
    at: PastInstant
    note: Note


class Correction(Schema):
    entity: Literal["agreement", "session_log", "checkin", "hold_release", "rating"]
    supersedes: UUID
    replaced_by: UUID | None
    reason: Annotated[str, Field(max_length=500)]
    at: PastInstant
