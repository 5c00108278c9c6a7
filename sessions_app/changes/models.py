"""Counters of scopes, the journal of rows (docs/sync.md, "Scopes and the cursor") and corrections of facts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete
from django.dispatch import receiver

from sessions_app.base import Fact


class Scope(models.Model):
    """Whose rows they are. The id is the user's or the household's, so no kind is needed."""

    id = models.UUIDField(primary_key=True, editable=False)
    counter = models.BigIntegerField(default=0)
    """Position of the last change; bumped only by who holds this row's lock [Y20]."""
    cleared_to = models.BigIntegerField(default=0)
    """Position of the latest tombstone that was cleared away; a cursor behind it has missed it [Y52]."""

    def __str__(self) -> str:
        return f"{self.id} at {self.counter}"


class Change(models.Model):
    """One line per row of a scope: where its latest change stands [Y22]."""

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="changes", db_index=False)
    entity = models.CharField(max_length=20)
    row_id = models.UUIDField()
    position = models.BigIntegerField()
    deleted_at = models.DateTimeField(null=True)
    """Set: a tombstone."""
    clocks = models.JSONField(null=True)
    """The stamps of a deleted row of which nothing else is here; only on tombstones that a phone gave back [Y54]."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "entity", "row_id"], name="one_line_per_row"),
            models.UniqueConstraint(fields=["scope", "position"], name="one_row_per_position"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name="tombstones_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.row_id} at {self.position}"


class Correction(Fact):
    """A fact that supersedes another, by a third or by nothing; of several the first counts [Y34]."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="corrections")
    entity = models.CharField(max_length=20)
    supersedes = models.UUIDField()
    replaced_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entity} {self.supersedes} corrected"


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
@receiver(post_delete, sender="sessions_app.Household")
def _forget(instance: models.Model, **_: object) -> None:
    """An erased person or household leaves no journal."""
    Scope.objects.filter(id=instance.pk).delete()
