"""Merged rows: the later stamp wins field by field, and an edit outlives a delete as a visible copy [Y31-Y37].

Each function runs in the transaction of its op.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sessions_app.accounts.household import member_touches
from sessions_app.accounts.models import User
from sessions_app.base import Merged
from sessions_app.changes.models import Change
from sessions_app.changes.services import Touch, touch
from sessions_app.sync import refusals, rules
from sessions_app.sync.entities import MergedEntity, owner
from sessions_app.sync.ops import Delete, Offer, Put
from sessions_app.sync.refusals import RefusedError
from sessions_app.sync.shapes import columns, plain, read_body


@dataclass(slots=True)
class Place:
    """Where an edit of a row goes."""

    id: UUID
    row: Merged | User | None
    """None: a new row is made there."""
    copy_of: UUID | None = None
    grave: Merged | None = None
    """The deleted row that the copy is made of; None where only its tombstone is left."""


def put(entity: MergedEntity, user: User, op: Put, now: datetime) -> None:
    """Lay the changed fields over the row. Raises `RefusedError`."""
    place = _place(entity, user, op.id)
    _lay(entity, user, place, op.body, dict.fromkeys(op.body, op.hlc), now)


def delete(entity: MergedEntity, user: User, op: Delete, now: datetime) -> None:
    """Delete the row; edits that its phone had not seen stay, in a copy [Y36]."""
    if not entity.deletable:
        raise RefusedError("not_deletable", "This cannot be deleted.")
    _delete(entity, user, op.id, op.seen, now)


def offer(entity: MergedEntity, user: User, op: Offer, now: datetime) -> None:
    """Take back what this server lacks [Y54]: the same rules, so that the order in which phones offer does not matter."""
    grave = _grave(entity, user, op.id)
    if op.body is not None:
        if grave is None or rules.unseen(op.clocks, grave):
            stamps = {name: op.clocks.get(name, "") for name in op.body}
            _lay(entity, user, _place(entity, user, op.id), op.body, stamps, now)
    elif entity.deletable and grave is None:
        if _find(entity, op.id) is None:
            touch(Touch(user.id, entity.name, op.id, deleted=True, clocks=op.clocks))
        else:
            _delete(entity, user, op.id, op.clocks, now)


def _delete(entity: MergedEntity, user: User, row_id: UUID, seen: Mapping[str, str], now: datetime) -> None:
    row = _find(entity, row_id)
    if row is None or isinstance(row, User) or owner(row) != user.id or row.deleted_at is not None:
        return
    row.deleted_at = now
    row.save(update_fields=["deleted_at"])
    touch(Touch(user.id, entity.name, row.id, deleted=True))
    if rules.unseen(row.field_clocks, seen):
        place = _place(entity, user, row.id)
        if place.row is None:
            _make(entity, user, place, plain(row, entity.body), row.field_clocks, now)
        else:
            _lay(entity, user, place, plain(row, entity.body), row.field_clocks, now)


# ── Where ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _find(entity: MergedEntity, row_id: UUID) -> Merged | User | None:
    found = entity.model._default_manager.filter(pk=row_id).first()
    return found if isinstance(found, Merged | User) else None


def _place(entity: MergedEntity, user: User, row_id: UUID) -> Place:
    """The row itself; when it is deleted its copy, or the copy's copy."""
    place = Place(row_id, None)
    while True:
        row = _find(entity, place.id)
        if row is not None and owner(row) != user.id:
            raise refusals.id_taken()
        if row is not None and (isinstance(row, User) or row.deleted_at is None):
            place.row = row
            return place
        if row is None and _grave(entity, user, place.id) is None:
            break
        place = Place(rules.copy_id(place.id), None, copy_of=place.id, grave=row)
    if not entity.deletable:
        raise RefusedError("not_allowed", "A profile has its person's id.")
    return place


def _grave(entity: MergedEntity, user: User, row_id: UUID) -> Mapping[str, str] | None:
    """The stamps a deleted row had; None when it is not known to be deleted."""
    tombstone = Change.objects.filter(scope_id=user.id, entity=entity.name, row_id=row_id, deleted_at__isnull=False).first()
    if tombstone is None:
        return None
    row = _find(entity, row_id)
    return row.field_clocks if row is not None else tombstone.clocks or {}


# ── What ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _lay(
    entity: MergedEntity, user: User, place: Place, changes: Mapping[str, Any], stamps: Mapping[str, str], now: datetime
) -> None:
    """Merge `changes` into the place; nothing happens when all of them lose against later stamps."""
    base = place.row or place.grave
    merge = rules.merge(base.field_clocks if base else {}, changes, stamps)
    if not merge.won:
        return
    whole = {**(plain(base, entity.body) if base else {}), **merge.won}
    if place.row is None:
        _make(entity, user, place, whole, merge.clocks, now)
        return
    body = columns(read_body(entity.body, whole, now))
    for name in merge.won:
        setattr(place.row, name, body[name])
    place.row.field_clocks = merge.clocks
    place.row.save(update_fields=[*merge.won, "field_clocks"])
    shown = isinstance(place.row, User) and not {"display_name", "colour"}.isdisjoint(merge.won)
    touch(Touch(user.id, entity.name, place.id), *(member_touches(user) if shown else ()))


def _make(
    entity: MergedEntity, user: User, place: Place, whole: Mapping[str, Any], clocks: Mapping[str, str], now: datetime
) -> None:
    body = columns(read_body(entity.body, whole, now))
    entity.model._default_manager.create(id=place.id, user=user, field_clocks=dict(clocks), copy_of=place.copy_of, **body)
    touch(Touch(user.id, entity.name, place.id))
