"""The names by which a medicine is found, from `medicines.json`, and the answers that it marks.

A medicine that is not in the list is not thereby free: the questions ask for every medicine whose leaflet warns of sunlight.
"""

from typing import Annotated

from pydantic import Field

from sessions_app.data import Entry, load
from sessions_app.screening.questionnaire import QUESTIONNAIRE, Source

Name = Annotated[str, Field(min_length=3, max_length=60)]


class Brand(Entry):
    name: Name
    source: str
    """Where the brand was found for this medicine, or for its class."""


class Mark(Entry):
    question: str
    option: str


class Medicine(Entry):
    name: Name
    """International non-proprietary name."""
    also: tuple[Name, ...]
    brands: tuple[Brand, ...]
    marks: Annotated[tuple[Mark, ...], Field(min_length=1)]
    """The answers that it means; of several each counts, and so the most restrictive."""
    source: str
    """Where it, or its class, is named as one that light may act on."""


class Medicines(Entry):
    version: int
    about: str
    sources: dict[str, Source]
    medicines: tuple[Medicine, ...]


_FILE = load("screening/medicines.json", Medicines)
SOURCES = _FILE.sources
MEDICINES = _FILE.medicines

for _one in MEDICINES:
    for _source in (_one.source, *(brand.source for brand in _one.brands)):
        if _source not in SOURCES:
            raise ValueError(f"{_one.name}: there is no source {_source!r}")
    for _mark in _one.marks:
        _question = QUESTIONNAIRE.question(_mark.question)
        if _question is None or _mark.option not in {option.id for option in _question.options}:
            raise ValueError(f"{_one.name}: there is no answer {_mark.question} {_mark.option}")
