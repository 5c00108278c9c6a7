"""What the server remembers of the phones that sync."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Device(models.Model):
    """One browser of one person. Its id was made there, and means nothing under another person [Y2]."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", db_index=False)
    device = models.UUIDField()
    last_op = models.BigIntegerField(default=0)
    """Number of the last op answered; advanced in the transaction of its effect [Y10]."""
    schema = models.PositiveSmallIntegerField()
    software = models.CharField(max_length=200, blank=True)
    """As the browser named itself, so that a person knows which one to remove."""
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField()
    """To the hour: it is not worth a write each time."""
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "device"], name="one_device_each")]

    def __str__(self) -> str:
        return f"{self.software or self.device} of {self.user_id}"


class Answer(models.Model):
    """How an op was answered, so that the same op gets the same answer again [Y12]."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="answers", db_index=False)
    n = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the op: another content under the same number is another phone [Y14]."""
    refusal = models.JSONField(null=True)
    """None: done."""
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "n"], name="one_answer_each")]

    def __str__(self) -> str:
        return f"{self.n} {'refused' if self.refusal else 'done'}"


class Epoch(models.Model):
    """One unbroken history of this database; a single row [Y53]."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    epoch = models.UUIDField(default=uuid.uuid4)
    since = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_epoch")]

    def __str__(self) -> str:
        return str(self.epoch)
