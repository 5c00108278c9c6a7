from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.reminders.answers import LONGEST_WAIT, Meaning, again_at, asked_wait, meaning

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((200, 201, 202, 204), Meaning.TAKEN),
        ((404, 410), Meaning.GONE),
        ((None, 408, 425, 429, 500, 502, 503, 504, 599), Meaning.LATER),
        ((301, 302, 307, 308, 400, 401, 403, 405, 413, 418), Meaning.REFUSED),
    ],
)
def test_it_knows_what_an_answer_means(statuses: tuple[int | None, ...], expected: Meaning) -> None:
    assert {meaning(status) for status in statuses} == {expected}


def test_R12_it_waits_longer_each_time_and_as_long_as_it_is_asked_to() -> None:
    waits = [again_at(NOW, tries, None) - NOW for tries in range(1, 9)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] == timedelta(minutes=5)
    assert again_at(NOW, 1, "120") - NOW == timedelta(seconds=120)
    assert again_at(NOW, 4, "1") - NOW == timedelta(seconds=180)
    assert again_at(NOW, 0, None) > NOW


def test_R12_nothing_is_ever_planned_far_ahead() -> None:
    for asked in ("999999999", "Fri, 31 Dec 9999 23:59:59 GMT"):
        assert again_at(NOW, 1, asked) - NOW == LONGEST_WAIT


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("7", 7), (" 7 ", 7), ("Mon, 04 May 2026 18:01:00 GMT", 60), ("Mon, 04 May 2026 17:00:00 GMT", 0), ("", 0), (None, 0),
     ("soon", 0), ("-5", 0), ("1e9", 0), ("٣", 0), ("Mon, 04 May 2026 18:01:00", 0), ("9" * 400, 0)],
)  # fmt: skip
def test_it_reads_how_long_a_push_service_asks_it_to_wait(words: str | None, seconds: int) -> None:
    assert asked_wait(words, NOW) == timedelta(seconds=seconds)
