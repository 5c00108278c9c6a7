"""What every stored thing has in common."""

import uuid
from datetime import UTC, datetime

import uuid_utils.compat
from django.db import models


def new_id() -> uuid.UUID:
    """A UUIDv7: sorts by the time it was made, and may be made on the phone as well as here."""
    return uuid_utils.compat.uuid7()


def made_at(row_id: uuid.UUID) -> datetime | None:
    """When an id of version 7 was made, by the clock of its maker; None for other versions."""
    if row_id.version != 7:
        return None
    return datetime.fromtimestamp((row_id.int >> 80) / 1000, tz=UTC)


class Stored(models.Model):
    """A row with an id that is made where the thing is made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stored_at = models.DateTimeField(auto_now_add=True)
    """When the server first stored it; never a time that a person entered."""

    class Meta:
        abstract = True


class Merged(Stored):
    """A row that phones may edit offline: last writer wins per field, by hybrid logical clock (docs/sync.md)."""

    field_clocks = models.JSONField(default=dict)
    """Field name → hybrid logical clock of its last write."""
    deleted_at = models.DateTimeField(null=True, blank=True)
    copy_of = models.UUIDField(null=True, blank=True)
    """Set on the visible copy that an edit made after its row was deleted [Y35]."""

    class Meta:
        abstract = True


class Fact(Stored):
    """A row that is written once and never changed. A correction is a new fact that supersedes it."""

    superseded_by = models.UUIDField(null=True, blank=True)
    restored = models.BooleanField(default=False)
    """Offered back to a server that had lost it [Y54]: `stored_at` is then only when it came back."""

    class Meta:
        abstract = True

    @property
    def known_at(self) -> datetime:
        """When the server first knew of it; of what was restored, when its id was made."""
        made = made_at(self.id) if self.restored else None
        return self.stored_at if made is None else min(made, self.stored_at)
