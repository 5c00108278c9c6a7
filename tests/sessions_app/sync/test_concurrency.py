"""Several phones at the same time (docs/sync.md Y12, Y20, Y21), in threads of their own, on the real database."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from sessions_app.accounts.models import Household, User
from sessions_app.base import new_id
from sessions_app.changes.models import Change, Scope
from sessions_app.changes.services import Touch, touch
from sessions_app.progress.models import Rating
from tests.sessions_app.sync.line import Json, Line
from tests.sessions_app.sync.samples import BODIES, body

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*works: Callable[[], None]) -> None:
    """Run each in a thread, and fail with what failed in any."""
    failures: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_Y12_the_same_push_at_the_same_time_acts_once(alice: User) -> None:
    phone = Line(alice)
    phone.ask()
    ops = [phone.put("rating", new_id(), body("rating", value=n % 11)) for n in range(20)]
    ops.append(phone.put("rating", new_id(), body("rating", value=99)))
    heard: list[Json] = []
    _at_once(*[lambda: heard.append(phone.lose(ops))] * 4)
    assert {reply["ack"] for reply in heard} == {21}
    assert [[bad["n"] for bad in reply["rejected"]] for reply in heard] == [[21]] * 4
    assert Rating.objects.count() == 20


def test_Y20_a_reader_among_writers_misses_nothing(alice: User) -> None:
    """With a global sequence a later number is visible before an earlier one, and a reader goes past what it has not seen."""
    writers = [Line(alice) for _ in range(3)]
    reader = Line(alice)
    seen: set[str] = set()
    done = threading.Event()

    def write(line: Line) -> Callable[[], None]:
        def go() -> None:
            for _ in range(25):
                line.lose([line.put("rating", new_id(), BODIES["rating"])], limit=1)

        return go

    def read() -> None:
        while not done.is_set():
            seen.update(row_id for _, row_id in reader.rows(limit=7))

    def write_all() -> None:
        _at_once(*[write(line) for line in writers])
        done.set()

    _at_once(write_all, read)
    seen.update(row_id for _, row_id in reader.rows())
    assert len(seen) == 75
    assert seen == {str(row_id) for row_id in Rating.objects.values_list("id", flat=True)}


def test_Y21_two_scopes_are_locked_in_one_order_so_nobody_waits_for_ever(alice: User, household: Household) -> None:
    scopes = [alice.id, household.id]

    def write(order: list[int]) -> Callable[[], None]:
        def go() -> None:
            for _ in range(25):
                with transaction.atomic():
                    touch(*[Touch(scopes[which], "panel", new_id()) for which in order])

        return go

    _at_once(write([0, 1]), write([1, 0]), write([0, 1]), write([1, 0]))
    assert Change.objects.count() == 200
    assert set(Scope.objects.values_list("counter", flat=True)) == {100}
