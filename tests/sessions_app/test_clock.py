from datetime import UTC, datetime, timedelta

from sessions_app import clock
from sessions_app.clock import Moment

MADE = Moment(datetime(2026, 3, 1, 12, tzinfo=UTC), 50_000, "boot-a")


def left(at: Moment, life_ms: int = 10_000) -> int:
    end = MADE.after(life_ms)
    return at.left_ms(MADE.wall, end.wall, end.steady_ms, end.clock_id)


def test_it_counts_down_on_both_clocks() -> None:
    assert left(MADE) == 10_000
    assert left(MADE.after(4_000)) == 6_000
    assert left(MADE.after(10_000)) == 0
    assert left(MADE.after(3_600_000)) == 0


def test_P4_a_wall_clock_put_back_makes_nothing_young_again() -> None:
    back = Moment(MADE.wall + timedelta(seconds=1), MADE.steady_ms + 3_600_000, MADE.clock_id)
    assert left(back) == 0


def test_P4_a_wall_clock_put_back_before_it_was_made_refuses_also_on_another_boot() -> None:
    assert left(Moment(MADE.wall - timedelta(seconds=2), 0, "boot-b")) == 0
    assert left(Moment(MADE.wall - timedelta(days=365), 0, "boot-b")) == 0


def test_P4_a_wall_clock_put_ahead_refuses() -> None:
    assert left(Moment(MADE.wall + timedelta(days=365), MADE.steady_ms + 1, MADE.clock_id)) == 0


def test_it_takes_the_wall_clock_alone_between_machines() -> None:
    assert left(Moment(MADE.wall + timedelta(seconds=3), 7, "boot-b")) == 7_000


def test_P4_a_wall_clock_a_little_behind_gives_no_more_life_than_there_was() -> None:
    assert left(Moment(MADE.wall - timedelta(milliseconds=451), 7, "boot-b")) == 10_000


def test_it_reads_clocks_that_move_on_and_name_their_boot() -> None:
    first, second = clock.now(), clock.now()
    assert second.steady_ms >= first.steady_ms
    assert first.clock_id == second.clock_id != ""
    assert first.wall.utcoffset() == timedelta(0)
