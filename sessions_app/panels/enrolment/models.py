"""A bridge that asks to be let in, and the tokens it is given."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sessions_app.base import Stored
from sessions_app.panels.models import Bridge


class Enrolment(Stored):
    """One request of a bridge to be enrolled. It lives for minutes and is used once."""

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        DENIED = "denied"
        USED = "used"

    device_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the device code, which only the bridge knows."""
    user_code = models.CharField(max_length=8, unique=True)
    """As a person types it, without the dash. Worth nothing without an owner's session, and only for minutes."""
    name = models.CharField(max_length=80)
    software = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    expires_at = models.DateTimeField(db_index=True)
    polled_at = models.DateTimeField(null=True)
    former = models.ForeignKey(Bridge, on_delete=models.SET_NULL, null=True, related_name="+")
    """The bridge that it says it was before, when it lost its tokens. Believed only in that bridge's own household."""
    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, null=True, related_name="+")
    """Set by the approval."""
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class BridgeToken(Stored):
    """A token of a bridge, as a hash. A bridge's tokens are one family: a refresh token that is used twice kills them all."""

    class Kind(models.TextChoices):
        ACCESS = "access"
        REFRESH = "refresh"

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=Kind)
    hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    """Of a refresh token: when it was exchanged. It is kept, so that a second use is known for one."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["bridge", "kind"], name="token_of_bridge")]

    def __str__(self) -> str:
        return f"{self.kind} token"
