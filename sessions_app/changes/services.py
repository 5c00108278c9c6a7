"""Write to the journal: any slice, in the transaction that writes the row."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.dispatch import Signal
from django.utils import timezone

from sessions_app.changes.models import Change, Scope

touched = Signal()
"""Sent after the commit, once per scope, with `scope_id`: ring the phones that watch it [Y27]."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One row that was made, changed or deleted."""

    scope_id: uuid.UUID
    """The user's id for a person's row, the household's for a household's."""
    entity: str
    """As in docs/sync.md, "Entities"."""
    row_id: uuid.UUID
    deleted: bool = False
    clocks: Mapping[str, str] | None = None
    """Stamps of a deleted row that is not stored here [Y54]."""


def touch(*touches: Touch) -> None:
    """Note that these rows changed, so that phones pull them [Y20].

    Call it in the transaction that writes the rows, once with all of them: it locks their scopes in the order of their ids
    [Y21]. RuntimeError outside of a transaction.
    """
    scopes = lock({one.scope_id for one in touches})
    latest = {(one.scope_id, one.entity, one.row_id): one for one in touches}
    now = timezone.now()
    lines = []
    for one in latest.values():
        scope = scopes[one.scope_id]
        scope.counter += 1
        lines.append(
            Change(
                scope=scope,
                entity=one.entity,
                row_id=one.row_id,
                position=scope.counter,
                deleted_at=now if one.deleted else None,
                clocks=one.clocks,
            )
        )
    for scope in scopes.values():
        Scope.objects.filter(id=scope.id).update(counter=scope.counter)
    Change.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["scope", "entity", "row_id"],
        update_fields=["position", "deleted_at", "clocks"],
    )
    for scope_id in scopes:
        transaction.on_commit(partial(touched.send_robust, sender=Scope, scope_id=scope_id))


def lock(scope_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Scope]:
    """Lock the scopes until the end of the transaction, in the order of their ids; make those that are not there yet."""
    if not connection.in_atomic_block:
        raise RuntimeError("the journal is written in the transaction of the effect, and none is open")
    wanted = sorted(set(scope_ids))
    found = {scope.id: scope for scope in Scope.objects.filter(id__in=wanted).select_for_update().order_by("id")}
    if len(found) == len(wanted):
        return found
    Scope.objects.bulk_create([Scope(id=one) for one in wanted if one not in found], ignore_conflicts=True)
    return {scope.id: scope for scope in Scope.objects.filter(id__in=wanted).select_for_update().order_by("id")}
