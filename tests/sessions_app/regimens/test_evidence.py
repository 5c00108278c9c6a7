"""Every number and claim that is said has its source: it stands in a study that is named beside it, or in the named section."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from sessions_app.regimens.evidence import AIMS, CLAIMS, MECHANISMS, OWN_NUMBERS, STUDIES, TOPICS

PROJECT = Path(__file__).resolve().parents[3]
EVIDENCE = (PROJECT / "docs" / "evidence.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def section(source: str) -> str:
    if not source:
        return ""
    head = source.split(", ")[1]
    return EVIDENCE.partition(f"\n## {head}\n")[2].partition("\n## ")[0]


def told_by(studies: tuple[str, ...]) -> str:
    """All that is kept of these studies."""
    return " ".join(json.dumps(STUDIES[study].model_dump(), ensure_ascii=False) for study in studies)


def sayings() -> Iterator[tuple[str, str, str]]:
    """Where it stands, what is said, what it must come from."""
    for aim in AIMS.values():
        for words in (aim.says, aim.near_infrared, aim.not_shown, aim.care):
            yield aim.id, words, told_by(aim.studies)
    yield "own_numbers", OWN_NUMBERS.says, told_by(OWN_NUMBERS.studies)
    for one in CLAIMS.values():
        yield one.id, f"{one.claim}. {one.says}", told_by(one.studies) + section(one.source)
    for each in MECHANISMS.values():
        yield each.id, each.says, told_by(each.studies) + section(each.source)
    for topic in TOPICS.values():
        yield topic.id, topic.says, told_by(topic.studies) + section(topic.source)


def unsourced(words: str, sources: str) -> set[str]:
    return set(NUMBER.findall(words)) - set(NUMBER.findall(sources))


@pytest.mark.parametrize(("where", "words", "sources"), list(sayings()))
def test_it_says_no_number_that_its_sources_do_not(where: str, words: str, sources: str) -> None:
    # a range across studies is said as its ends; each of them has to stand in one of the studies
    assert unsourced(words, sources) == set(), where


def test_it_looked_at_numbers_and_would_find_one_of_its_own() -> None:
    assert len(list(chain.from_iterable(NUMBER.findall(words) for _, words, _ in sayings()))) > 40
    assert unsourced("Studied at 12 J/cm².", told_by(("mota_2023",))) == {"12"}


def test_it_puts_every_claim_and_mechanism_beside_something_that_is_shown() -> None:
    """The one about clearance belongs to no number here; it stands on the screen of all claims."""
    shown = set(chain.from_iterable(topic.claims for topic in TOPICS.values()))
    assert CLAIMS.keys() - shown == {"fda_cleared"}
    assert set(chain.from_iterable(topic.mechanisms for topic in TOPICS.values())) == MECHANISMS.keys()


def test_it_has_a_card_for_every_aim_with_all_its_studies() -> None:
    for aim in AIMS.values():
        topic = TOPICS[f"aim_{aim.id}"]
        assert topic.title == aim.name
        assert set(topic.studies) == set(aim.studies)
