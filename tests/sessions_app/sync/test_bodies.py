"""What the slices themselves ask of an entry [Y32, Y45]."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sessions_app.screening.questionnaire import nothing_of_these
from sessions_app.sync.entities import ENTITIES, FactEntity, MergedEntity
from sessions_app.sync.refusals import RefusedError
from sessions_app.sync.shapes import read_body
from tests.sessions_app.sync.samples import BODIES, body

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


def read(entity: str, **changes: Any) -> None:
    kind = ENTITIES[entity]
    assert isinstance(kind, MergedEntity | FactEntity)
    read_body(kind.body, body(entity, **changes), NOW)


@pytest.mark.parametrize("entity", BODIES)
def test_it_takes_a_whole_body(entity: str) -> None:
    read(entity)


@pytest.mark.parametrize(
    ("entity", "changes", "field"),
    [
        ("regimen", {"aim": "eternal_youth"}, "aim"),
        ("regimen", {"sites": ["elbow"]}, "sites"),
        ("regimen", {"studied": "hearsay_1999"}, "studied"),
        ("rating", {"aim": "eternal_youth"}, "aim"),
        ("session_log", {"sites": ["face", "elbow"]}, "sites"),
        ("checkin", {"sites": ["elbow"]}, "sites"),
        ("checkin", {"comfort": 11}, "comfort"),
        ("hold_release", {"site": "elbow"}, "site"),
        ("hold_release", {"agreed_on": None}, ""),
        ("hold_release", {"kind": "self"}, ""),
        ("agreement", {"question_id": "shoe_size"}, "question_id"),
        ("agreement", {"question_id": "fever_today"}, "question_id"),
        ("screening", {"answers": {}}, "answers"),
        ("screening", {"answers": {"lupus": True}}, "answers"),
        ("screening", {"answers": {**nothing_of_these(), "shoe_size": True}}, "answers"),
        ("screening", {"answers": {**nothing_of_these(), "eyes": ["glasses"]}}, "answers"),
        ("screening", {"answers": {**nothing_of_these(), "lupus": "yes"}}, "answers"),
    ],
)
def test_Y45_it_refuses_what_its_slice_does_not_know(entity: str, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(entity, **changes)
    assert [error.field.split(".")[0] for error in caught.value.errors] == [field]


def test_it_keeps_answers_to_another_version_as_history() -> None:
    read("screening", questionnaire_version=99, answers={"a_question_of_then": True})


def test_it_takes_a_course_with_numbers_of_ones_own() -> None:
    read("regimen", studied=None)


def test_it_takes_a_check_in_that_does_not_say_how_it_was() -> None:
    read("checkin", comfort=None)


def test_it_takes_a_release_of_a_hold_on_every_site() -> None:
    read("hold_release", site="all")
    read("hold_release", kind="self", agreed_on=None)
