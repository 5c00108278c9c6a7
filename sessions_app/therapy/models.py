"""Sessions and what the person said after them. They belong to one person."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sessions_app.base import Fact, Stored
from sessions_app.panels.models import Panel


class Session(Stored):
    """One session on a connected panel. Its id is made on the phone."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        ARMING = "arming"
        RUNNING = "running"
        COMMANDED = "commanded"
        PAUSED = "paused"
        STOPPING = "stopping"
        ENDED = "ended"
        UNKNOWN = "unknown"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="sessions")
    regimen_id = models.UUIDField(null=True, blank=True)
    sites = models.JSONField()
    distance_cm = models.FloatField()
    planned_duration_s = models.PositiveIntegerField()
    planned_levels_pct = models.JSONField()
    irradiance_mw_cm2 = models.JSONField(null=True)
    """At 100 % and the confirmed distance, by wavelength; null where unknown. Frozen at the start."""
    provenance = models.CharField(max_length=20)
    clearance = models.JSONField()
    eyewear_confirmed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    run_no = models.PositiveIntegerField(default=1)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)
    off_confirmed = models.BooleanField(null=True)
    on_s = models.FloatField(default=0)
    full_level_s = models.JSONField(default=dict)
    """Wavelength in nm → Σ on-time × level/100, seconds."""
    confirmed = models.BooleanField(default=True)
    """False: some of it was not reported by the panel; the dose is an upper bound."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "requested_at"], name="session_of_user")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["panel"],
                condition=~models.Q(state="ended"),
                name="one_open_session_per_panel",
            )
        ]

    def __str__(self) -> str:
        return f"session {self.state}"


class SessionEvent(Stored):
    """A run event from the bridge's journal, stored once per (bridge, epoch, number)."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, related_name="events")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="events")
    epoch = models.UUIDField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=20)
    body = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["epoch", "seq"], name="one_event_each")]

    def __str__(self) -> str:
        return self.event


class SessionLog(Fact):
    """A session that the person wrote down by hand, or timed beside an unconnected panel."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_logs")
    sites = models.JSONField()
    started_at = models.DateTimeField()
    duration_s = models.PositiveIntegerField()
    distance_cm = models.FloatField(null=True)
    panel_id = models.UUIDField(null=True)
    levels_pct = models.JSONField(null=True)
    irradiance_mw_cm2 = models.JSONField(null=True)
    how = models.CharField(max_length=10)
    regimen_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"logged {self.started_at:%Y-%m-%d}"


class CheckIn(Fact):
    """How it was and what was seen afterwards."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="checkins")
    session_id = models.UUIDField(null=True)
    sites = models.JSONField()
    at = models.DateTimeField()
    comfort = models.PositiveSmallIntegerField()
    warmth = models.PositiveSmallIntegerField(default=0)
    redness = models.PositiveSmallIntegerField(default=0)
    swelling = models.PositiveSmallIntegerField(default=0)
    headache = models.PositiveSmallIntegerField(default=0)
    redness_lasting = models.BooleanField(default=False)
    blister = models.BooleanField(default=False)
    eye_trouble = models.BooleanField(default=False)
    note = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"check-in {self.at:%Y-%m-%d}"


class HoldRelease(Fact):
    """The person, or a clinician's agreement, lifts a hold."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="releases")
    site = models.CharField(max_length=30)
    checkin_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    agreed_on = models.DateField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.site} released"
