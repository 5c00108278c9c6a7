"""Numbers and days in sentences, and that every reason can be said."""

from datetime import date
from math import nan
from string import Formatter
from typing import Any

import pytest

from sessions_app.therapy.wording import BOOK, at_least, at_most, day_in_words, figure, say
from tests.sessions_app.vectors import vectors

VECTORS = vectors("words")


@pytest.mark.parametrize(("number", "text"), VECTORS["figure"])
def test_it_writes_a_figure(number: float | None, text: str) -> None:
    assert figure(nan if number is None else number) == text


@pytest.mark.parametrize(("number", "text"), VECTORS["at_least"])
def test_it_rounds_up_what_is_over(number: float, text: str) -> None:
    assert at_least(number) == text


@pytest.mark.parametrize(("number", "text"), VECTORS["at_most"])
def test_it_rounds_down_what_is_left(number: float, text: str) -> None:
    assert at_most(number) == text


@pytest.mark.parametrize(("day", "text"), VECTORS["days"])
def test_it_writes_a_day(day: str, text: str) -> None:
    assert day_in_words(date.fromisoformat(day)) == text


@pytest.mark.parametrize("code", BOOK)
def test_it_says_each_reason_in_one_sentence_with_its_source(code: str) -> None:
    words = BOOK[code]
    blanks = {
        name
        for text in (words.sentence, words.limit, words.source, words.asks)
        for _, name, _, _ in Formatter().parse(text)
        if name
    }
    filled: dict[str, Any] = dict.fromkeys(blanks, "x")
    reason = say(code, **filled)
    assert reason.sentence
    assert reason.source
    assert code.startswith("caution") or reason.limit
    assert "{" not in reason.sentence + reason.limit + reason.source + reason.asks
