"""R3: the due table follows courses and zones in their own transactions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import due
from sessions_app.reminders.models import Due
from tests.sessions_app.reminders.making import AT, BEFORE, DAY, a_course


def next_of(course: Regimen) -> datetime | None:
    return Due.objects.filter(regimen=course, kind=Due.Kind.PLANNED).values_list("due_at", flat=True).first()


def test_R3_a_new_course_has_its_line_at_once(alice: User) -> None:
    course = Regimen.objects.create(
        id=new_id(), user=alice, days=[0, 1, 2, 3, 4, 5, 6], local_time="07:30", started_on=date(2026, 1, 1)
    )
    found = next_of(course)
    assert found is not None
    assert timedelta(0) < found - datetime.now(UTC) <= timedelta(hours=25)


def test_R3_a_change_that_is_rolled_back_changes_nothing(alice: User, course: Regimen) -> None:
    course.local_time = "06:00"
    with transaction.atomic():
        course.save()
        assert next_of(course) != AT
        transaction.set_rollback(True)
    assert next_of(course) == AT


@pytest.mark.parametrize(
    "change", [{"days": []}, {"local_time": ""}, {"ended_on": DAY}, {"deleted_at": BEFORE}], ids=lambda one: next(iter(one))
)
def test_R1_a_course_that_is_over_loses_its_lines(course: Regimen, change: dict[str, object]) -> None:
    due.snooze(course, DAY, 10, BEFORE)
    for name, value in change.items():
        setattr(course, name, value)
    course.save()
    assert not Due.objects.exists()


def test_R3_it_follows_the_persons_zone(alice: User, course: Regimen) -> None:
    alice.zone = "America/New_York"
    alice.save(update_fields=["zone"])
    due.refresh([course.pk], BEFORE)
    assert next_of(course) == datetime(2026, 5, 5, 0, 0, tzinfo=UTC)
    before = Due.objects.get().stored_at
    alice.display_name = "Ada"
    alice.save(update_fields=["display_name"])
    assert Due.objects.get().stored_at == before


def test_R4_an_edit_does_not_lose_what_is_due(course: Regimen) -> None:
    Regimen.objects.filter(pk=course.pk).update(minutes=12)
    due.refresh([course.pk], AT + timedelta(minutes=3))
    assert next_of(course) == AT


def test_R14_it_mends_what_is_wrong(alice: User, course: Regimen) -> None:
    missing = a_course(alice, local_time="09:00")
    Due.objects.filter(regimen=missing).delete()
    Due.objects.filter(regimen=course).update(due_at=AT + timedelta(days=400))
    over = a_course(alice)
    Regimen.objects.filter(pk=over.pk).update(ended_on=date(2026, 5, 2))
    assert due.mend(BEFORE) == 3
    assert next_of(course) == AT
    assert next_of(missing) == datetime(2026, 5, 5, 7, 0, tzinfo=UTC)
    assert next_of(over) is None
    assert due.mend(BEFORE) == 0


def test_R9_a_second_snooze_takes_the_place_of_the_first(course: Regimen) -> None:
    due.snooze(course, DAY, 10, AT)
    due.snooze(course, DAY, 60, AT)
    line = Due.objects.get(kind=Due.Kind.SNOOZED)
    assert (line.day, line.due_at) == (DAY, AT + timedelta(hours=1))


def test_a_persons_lines_go_with_them(alice: User, course: Regimen) -> None:
    alice.delete()
    assert not Due.objects.exists()
