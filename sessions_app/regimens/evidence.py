"""What the studies did, and what may be said: aims with their starting points, mechanisms, claims of sellers, cards.

Every number and claim names the study or the section of docs/evidence.md that it comes from; a file that names a source that
is not there is refused when it is read.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import Field

from sessions_app.data import Entry, load

Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Verdict = Literal["supported", "limited", "cells_only", "not_shown", "contradicted"]


class Study(Entry):
    id: Id
    name: str
    year: int | None
    link: Annotated[str, Field(pattern=r"^(https://[a-z./0-9A-Z]+)?$")]
    kind: Literal["trial", "review", "table"]
    light: str
    dose_j_cm2: Annotated[tuple[float, ...], Field(min_length=2, max_length=2)] | None
    """Lowest and highest; None where it names none."""
    schedule: str
    people: str
    sham: Literal["yes", "no", "not_stated"]
    outcome: str
    does_not_show: str


class Range(Entry):
    """A number that studies used, from lowest to highest."""

    low: float
    high: float
    studies: Annotated[tuple[str, ...], Field(min_length=1)]


class Default(Entry):
    """Where a regimen may start. Always editable, worded "studied"."""

    light: Literal["red"]
    fluence_j_cm2: Range | None
    """None: the sources give no dose that can be used at home."""
    per_week: Range | None
    judge_weeks: Range | None
    sessions: Range | None


class RatingWords(Entry):
    question: str
    low: str
    high: str


class Aim(Entry):
    id: Id
    name: str
    short: str
    default: Default | None
    """None: the person enters their own numbers."""
    says: str
    near_infrared: str
    not_shown: str
    care: str
    studies: tuple[str, ...]
    rating: RatingWords


class OwnNumbers(Entry):
    """What reviews report, shown where an aim has no default."""

    says: str
    studies: tuple[str, ...]


class Claim(Entry):
    id: Id
    claim: str
    verdict: Verdict
    says: str
    studies: tuple[str, ...]
    source: str
    """The section of docs/evidence.md where no study is named."""


class Mechanism(Entry):
    id: Id
    name: str
    verdict: Verdict
    says: str
    studies: tuple[str, ...]
    source: str


class Topic(Entry):
    """What stands behind something that a screen shows: the card that a tap opens there."""

    id: Id
    title: str
    says: str
    studies: tuple[str, ...]
    claims: tuple[str, ...]
    """What sellers say of it."""
    mechanisms: tuple[str, ...]
    source: str
    """The section of docs/evidence.md, where more than the studies stands behind it."""


class _Studies(Entry):
    version: int
    studies: tuple[Study, ...]


class _Aims(Entry):
    version: int
    own_numbers: OwnNumbers
    worded: Literal["studied"]
    aims: tuple[Aim, ...]


class _Mechanisms(Entry):
    version: int
    mechanisms: tuple[Mechanism, ...]


class _Claims(Entry):
    version: int
    claims: tuple[Claim, ...]


class _Topics(Entry):
    version: int
    topics: tuple[Topic, ...]


FILES: Final[dict[str, type[Entry]]] = {
    "regimens/studies.json": _Studies,
    "regimens/aims.json": _Aims,
    "regimens/mechanisms.json": _Mechanisms,
    "regimens/claims.json": _Claims,
    "regimens/topics.json": _Topics,
}

STUDIES: Final = {study.id: study for study in load("regimens/studies.json", _Studies).studies}
_AIMS: Final = load("regimens/aims.json", _Aims)
AIMS: Final = {aim.id: aim for aim in _AIMS.aims}
OWN_NUMBERS: Final = _AIMS.own_numbers
MECHANISMS: Final = {one.id: one for one in load("regimens/mechanisms.json", _Mechanisms).mechanisms}
CLAIMS: Final = {one.id: one for one in load("regimens/claims.json", _Claims).claims}
TOPICS: Final = {one.id: one for one in load("regimens/topics.json", _Topics).topics}


def ranges_of(aim: Aim) -> tuple[Range, ...]:
    """Every number of its default."""
    if aim.default is None:
        return ()
    given = (aim.default.fluence_j_cm2, aim.default.per_week, aim.default.judge_weeks, aim.default.sessions)
    return tuple(one for one in given if one is not None)


def _require(where: str, studies: Iterable[str]) -> None:
    for study in studies:
        if study not in STUDIES:
            raise ValueError(f"{where}: there is no study {study!r}")


for _aim in AIMS.values():
    _require(_aim.id, [*_aim.studies, *(study for one in ranges_of(_aim) for study in one.studies)])
_SOURCED: tuple[Claim | Mechanism | Topic, ...] = (*MECHANISMS.values(), *CLAIMS.values(), *TOPICS.values())
for _one in _SOURCED:
    _require(_one.id, _one.studies)
    if not _one.studies and not _one.source:
        raise ValueError(f"{_one.id}: no source")
_require("own_numbers", OWN_NUMBERS.studies)
for _topic in TOPICS.values():
    if not {*_topic.claims} <= CLAIMS.keys() or not {*_topic.mechanisms} <= MECHANISMS.keys():
        raise ValueError(f"{_topic.id}: names a claim or a mechanism that is not there")
