"""The journal: positions, tombstones, locks (docs/sync.md Y20-Y22, Y27)."""

import uuid

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from sessions_app.changes.models import Change, Scope
from sessions_app.changes.services import Touch, touch, touched

pytestmark = pytest.mark.django_db

MINE, YOURS = uuid.UUID(int=1), uuid.UUID(int=2)
ROW, OTHER = uuid.UUID(int=11), uuid.UUID(int=12)


def test_Y20_it_gives_each_changed_row_the_next_position_of_its_scope() -> None:
    with transaction.atomic():
        touch(Touch(MINE, "rating", ROW), Touch(MINE, "rating", OTHER), Touch(YOURS, "panel", ROW))
    lines = Change.objects.filter(scope_id=MINE).order_by("position")
    assert list(lines.values_list("row_id", "position")) == [(ROW, 1), (OTHER, 2)]
    assert Scope.objects.get(id=YOURS).counter == 1


@pytest.mark.django_db(transaction=True)
def test_Y20_it_refuses_to_write_outside_of_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        touch(Touch(MINE, "rating", ROW))
    assert not Scope.objects.exists()


def test_Y22_it_keeps_one_line_per_row_with_its_latest_position() -> None:
    with transaction.atomic():
        touch(Touch(MINE, "regimen", ROW), Touch(MINE, "regimen", OTHER))
    with transaction.atomic():
        touch(Touch(MINE, "regimen", ROW), Touch(MINE, "regimen", ROW, deleted=True))
    assert Change.objects.count() == 2
    line = Change.objects.get(row_id=ROW)
    assert line.position == 3
    assert line.deleted_at is not None


def test_Y20_it_takes_the_positions_back_with_the_transaction() -> None:
    with transaction.atomic():
        touch(Touch(MINE, "rating", ROW))
        transaction.set_rollback(True)
    assert not Change.objects.exists()


def test_Y27_it_rings_once_per_scope_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[uuid.UUID] = []

    def hear(scope_id: uuid.UUID, **_: object) -> None:
        heard.append(scope_id)

    touched.connect(hear)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        touch(Touch(YOURS, "panel", ROW), Touch(MINE, "rating", ROW), Touch(MINE, "rating", OTHER))
        assert heard == []
    touched.disconnect(hear)
    assert heard == [MINE, YOURS]
