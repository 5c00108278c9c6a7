"""Bridges, panels and the commands for them. They belong to a household."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sessions_app.accounts.models import Household
from sessions_app.base import Stored


class Bridge(Stored):
    """A daemon near the panels. Its tokens are the enrolment library's; revoking closes its line."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="bridges")
    name = models.CharField(max_length=80)
    software = models.CharField(max_length=40, blank=True)
    token_family = models.CharField(max_length=64, blank=True, db_index=True)
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    journal_epoch = models.UUIDField(null=True, blank=True)
    acked_seq = models.BigIntegerField(default=0)
    """Last telemetry number stored of `journal_epoch`."""

    def __str__(self) -> str:
        return self.name


class Panel(Stored):
    """A paired panel: its identity, and what the owner confirmed of its light."""

    class Safety(models.TextChoices):
        DEADMAN = "deadman"
        HW_TIMER = "hw_timer"
        NONE = "none"

    class Confirm(models.TextChoices):
        TOKEN = "token"  # noqa: S105 - a way to confirm, not a secret
        STATUS = "status"
        NONE = "none"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="panels")
    bridge = models.ForeignKey(Bridge, on_delete=models.PROTECT, related_name="panels")
    name = models.CharField(max_length=80)
    identity = models.JSONField()
    """As `ble_bridge.contract.wire.Identity`."""
    channels = models.JSONField()
    """A list of {wavelength_nm, min_pct, max_pct, irradiance: [{distance_cm, irradiance_mw_cm2}], provenance}."""
    safety = models.CharField(max_length=10, choices=Safety)
    confirm = models.CharField(max_length=10, choices=Confirm)
    virtual = models.BooleanField(default=False)
    paired_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Command(Stored):
    """One order to a bridge. The row is the truth; the broker only rings."""

    class State(models.TextChoices):
        WAITING = "waiting"
        GRANTED = "granted"
        DONE = "done"
        FAILED = "failed"
        EXPIRED = "expired"
        CANCELLED = "cancelled"

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="commands")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, null=True, related_name="commands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="commands")
    session_id = models.UUIDField(null=True, blank=True, db_index=True)
    kind = models.CharField(max_length=20)
    args = models.JSONField()
    clearance = models.JSONField(null=True)
    trace = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    claim_id = models.UUIDField(null=True)
    granted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["bridge", "state", "expires_at"], name="command_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
