"""Stamps and merging (docs/sync.md Y30-Y36), pure."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.sync import rules

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors/sync.json").read_text())
PHONES = [uuid.UUID(int=n) for n in range(1, 4)]

moments = st.integers(0, 2**48 - 2)
stamps = st.builds(rules.stamp, moments, st.integers(0, 2**16 - 1), st.sampled_from(PHONES))
writes = st.dictionaries(st.sampled_from("abc"), stamps)


@pytest.mark.parametrize("case", VECTORS["next_stamp"], ids=lambda case: case["why"])
def test_Y30_it_makes_the_next_stamp_as_in_the_vectors(case: dict[str, Any]) -> None:
    assert rules.next_stamp(case["last"], case["now_ms"], uuid.UUID(case["device"])) == case["next"]


@pytest.mark.parametrize("case", VECTORS["merge"], ids=lambda case: case["why"])
def test_Y31_it_merges_as_in_the_vectors(case: dict[str, Any]) -> None:
    merged = rules.merge(case["clocks"], case["changes"], case["stamps"])
    assert merged.won == case["won"]
    assert merged.clocks == case["clocks_after"]


@pytest.mark.parametrize("case", VECTORS["copy_id"], ids=lambda case: case["of"])
def test_Y35_it_names_the_copy_as_in_the_vectors(case: dict[str, str]) -> None:
    assert str(rules.copy_id(uuid.UUID(case["of"]))) == case["copy"]


@given(stamps, moments, st.sampled_from(PHONES))
def test_Y30_the_next_stamp_is_later_whatever_the_clock_says(last: str, now_ms: int, device: uuid.UUID) -> None:
    following = rules.next_stamp(last, now_ms, device)
    assert rules.is_stamp(following)
    assert following > last


@given(st.tuples(moments, st.integers(0, 2**16 - 1)), st.tuples(moments, st.integers(0, 2**16 - 1)))
def test_Y30_stamps_compare_as_text_in_the_order_of_time(one: tuple[int, int], two: tuple[int, int]) -> None:
    first, second = (rules.stamp(*pair, PHONES[0]) for pair in (one, two))
    assert (first < second) == (one < two)


@pytest.mark.parametrize(("ms", "counter"), [(-1, 0), (2**48, 0), (0, 2**16), (0, -1)])
def test_Y30_it_makes_no_stamp_that_does_not_fit(ms: int, counter: int) -> None:
    with pytest.raises(ValueError, match="48 bits"):
        rules.stamp(ms, counter, PHONES[0])


@given(st.lists(writes, max_size=6), st.randoms(use_true_random=False))
def test_Y31_the_order_of_arrival_does_not_matter(arriving: list[dict[str, str]], random: Any) -> None:
    shuffled = random.sample(arriving, len(arriving))
    assert _all(arriving) == _all(shuffled) == _all(shuffled + arriving)


def _all(arriving: list[dict[str, str]]) -> tuple[dict[str, Any], dict[str, str]]:
    body: dict[str, Any] = {}
    clocks: dict[str, str] = {}
    for write in arriving:
        # a device gives each stamp once, so a stamp tells the value
        merged = rules.merge(clocks, {field: f"{field} {one}" for field, one in write.items()}, write)
        body, clocks = {**body, **merged.won}, merged.clocks
    return body, clocks


def test_Y42_a_stamp_may_be_a_day_ahead_and_no_more() -> None:
    now_ms = 1_800_000_000_000
    assert not rules.is_ahead(rules.stamp(now_ms + rules.AHEAD_MS, 9, PHONES[0]), now_ms)
    assert rules.is_ahead(rules.stamp(now_ms + rules.AHEAD_MS + 1, 0, PHONES[0]), now_ms)


def test_Y36_it_knows_an_edit_that_was_not_seen() -> None:
    early, late = rules.stamp(1, 0, PHONES[0]), rules.stamp(2, 0, PHONES[1])
    assert not rules.unseen({"aim": early}, {"aim": early, "days": late})
    assert rules.unseen({"aim": late}, {"aim": early})
    assert rules.unseen({"aim": early, "days": early}, {"aim": late})


def test_Y14_it_tells_ops_apart_by_content_not_by_spelling() -> None:
    assert rules.digest({"n": 1, "body": {"a": 1, "b": "é"}}) == rules.digest({"body": {"b": "é", "a": 1}, "n": 1})
    assert rules.digest({"n": 1, "body": {"a": 1}}) != rules.digest({"n": 1, "body": {"a": 2}})
