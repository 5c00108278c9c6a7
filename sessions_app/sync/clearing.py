"""What is kept for late phones, cleared away when it is old enough [Y16, Y52]."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from sessions_app.changes.models import Change, Scope
from sessions_app.sync.entities import ENTITIES, MergedEntity
from sessions_app.sync.models import Answer

KEEP: Final = timedelta(days=180)
KEEP_ANSWERS: Final = 1000
"""Of each device the last answers are kept however old they are."""


def clear_away(now: datetime) -> int:
    """Clear tombstones and answers older than 180 days. Returns how many tombstones went."""
    Answer.objects.filter(at__lt=now - KEEP, n__lte=F("device__last_op") - KEEP_ANSWERS).delete()
    old = Change.objects.filter(deleted_at__lt=now - KEEP)
    return sum(_clear(scope_id, now) for scope_id in old.values_list("scope_id", flat=True).distinct())


def _clear(scope_id: UUID, now: datetime) -> int:
    """One scope, in a transaction of its own: a pull sees the tombstone or that it was cleared, never neither."""
    with transaction.atomic():
        scope = Scope.objects.select_for_update().get(id=scope_id)
        old = Change.objects.filter(scope=scope, deleted_at__lt=now - KEEP)
        latest = old.aggregate(latest=Max("position"))["latest"]
        if latest is None:
            return 0
        for entity in ENTITIES.values():
            if isinstance(entity, MergedEntity) and entity.deletable:
                ids = old.filter(entity=entity.name).values_list("row_id", flat=True)
                entity.model._default_manager.filter(pk__in=list(ids), deleted_at__isnull=False).delete()
        cleared, _ = old.delete()
        Scope.objects.filter(id=scope.id).update(cleared_to=max(scope.cleared_to, latest))
        return cleared
