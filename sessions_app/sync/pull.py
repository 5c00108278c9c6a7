"""What changed since a phone last looked [Y20-Y26]."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sessions_app.accounts.models import Membership, User
from sessions_app.changes.models import Change, Scope
from sessions_app.problems import Problem
from sessions_app.sync.cursor import Cursor, Seen
from sessions_app.sync.entities import ENTITIES, Row


class DatabaseWentBackError(Exception):
    """A cursor that we signed is ahead of our own counters [Y53]."""


@dataclass(frozen=True, slots=True)
class Pulled:
    rows: list[dict[str, Any]]
    left: list[UUID]
    cursor: Cursor
    more: bool


def readable(user: User) -> list[UUID]:
    """The scopes a person may read, in the order of their ids [Y24]."""
    households = Membership.objects.filter(user=user).values_list("household_id", flat=True)
    return sorted([user.id, *households])


def check(user: User, cursor: Cursor) -> None:
    """Problem 410 when a tombstone was missed for good [Y52]; `DatabaseWentBackError` when the cursor is ahead."""
    counters = _counters(set(readable(user)) & set(cursor))
    for scope_id, (counter, cleared_to) in counters.items():
        seen = cursor[scope_id]
        if seen.position > counter:
            raise DatabaseWentBackError
        if max(seen.position, seen.whole_from) < cleared_to:
            raise Problem(
                410,
                "cursor_too_old",
                "This phone was away for too long to be told every change.",
                "The app reads everything again.",
            )


def pull(user: User, cursor: Cursor, limit: int) -> Pulled:
    """At most `limit` rows behind the cursor, scope by scope."""
    scopes = readable(user)
    # counters first: what is read after them holds at least all up to them [Y20]
    counters = _counters(scopes)
    rows: list[dict[str, Any]] = []
    reached: dict[UUID, Seen] = {}
    more = False
    for scope_id in scopes:
        counter = counters.get(scope_id, (0, 0))[0]
        seen = cursor.get(scope_id) or Seen(0, counter)
        lines = _lines(scope_id, seen, limit - len(rows) + 1)
        cut = len(lines) > limit - len(rows)
        lines = lines[: limit - len(rows)]
        rows += _rows(scope_id, lines)
        more = more or cut
        last = lines[-1].position if lines else seen.position
        reached[scope_id] = Seen(last if cut else max(last, counter), seen.whole_from)
    return Pulled(rows, sorted(set(cursor) - set(scopes)), reached, more)


def _counters(scope_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    found = Scope.objects.filter(id__in=list(scope_ids)).values_list("id", "counter", "cleared_to")
    return {scope_id: (counter, cleared_to) for scope_id, counter, cleared_to in found}


def _lines(scope_id: UUID, seen: Seen, limit: int) -> list[Change]:
    """Tombstones too, also for who begins with nothing: a phone that offers rows must know which are deleted [Y54]."""
    return list(Change.objects.filter(scope_id=scope_id, position__gt=seen.position).order_by("position")[:limit])


def _rows(scope_id: UUID, lines: list[Change]) -> list[dict[str, Any]]:
    wanted: dict[str, list[UUID]] = {}
    for line in lines:
        wanted.setdefault(line.entity, []).append(line.row_id)
    found = {name: ENTITIES[name].rows(scope_id, ids) for name, ids in wanted.items()}
    made = (_row(scope_id, line, found.get(line.entity, {}).get(line.row_id)) for line in lines)
    return [row for row in made if row is not None]


def _row(scope_id: UUID, line: Change, row: Row | None) -> dict[str, Any] | None:
    if line.deleted_at is None and (row is None or row.deleted):
        return None  # deleted since the line was read: its tombstone stands further on
    row = row or Row(body={}, clocks=line.clocks or {})
    return {
        "scope": scope_id,
        "entity": line.entity,
        "id": line.row_id,
        "deleted": line.deleted_at is not None,
        "body": row.body if line.deleted_at is None else None,
        "clocks": row.clocks,
        "copy_of": row.copy_of,
        "superseded_by": row.superseded_by,
    }
