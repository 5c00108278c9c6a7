"""Sessions and what the person said after them. They belong to one person."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sessions_app.base import Fact, Stored
from sessions_app.panels.models import Bridge, Panel


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
    """As `ble_bridge.contract.wire.Clearance`, of the newest run; frozen when it was asked for."""
    attended = models.BooleanField(default=False)
    """The panel has no fail-safe of its own: it runs only while the person answers [B51]."""
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


class Run(Stored):
    """One lighting of the panel within a session. A pause ends it; a resume is the next one, with every check made again."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        ARMING = "arming"
        RUNNING = "running"
        COMMANDED = "commanded"
        STOPPING = "stopping"
        UNKNOWN = "unknown"
        ENDED = "ended"

    class Wish(models.TextChoices):
        NONE = ""
        STOP = "stop"
        PAUSE = "pause"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="runs")
    run_no = models.PositiveIntegerField()
    command_id = models.UUIDField(db_index=True)
    duration_s = models.PositiveIntegerField()
    levels_pct = models.JSONField()
    """As last asked for; what was lit is in the events."""
    highest_pct = models.JSONField()
    """The highest level asked for of each wavelength: bounds what an unreported stretch may have delivered."""
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    wish = models.CharField(max_length=5, choices=Wish, default=Wish.NONE, blank=True)
    """What the person wants of it: nothing (let it run), a stop, or a pause."""
    requested_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    """When the server last stored an event of it, by its own clock."""
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)
    off_confirmed = models.BooleanField(null=True)
    on_s = models.FloatField(default=0)
    full_level_s = models.JSONField(default=dict)
    """Reported by the panel, or by the bridge as an upper bound. Wavelength in nm → seconds."""
    confirmed = models.BooleanField(default=True)
    assumed_s = models.FloatField(default=0)
    """Seconds of light that nobody reported, counted in full at `highest_pct` until a report takes their place."""
    partly_told = models.BooleanField(default=False)
    """A part of what the bridge told of it is lost: with its journal, or with a database that was put back."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "run_no"], name="one_run_per_number")]

    def __str__(self) -> str:
        return f"run {self.run_no} {self.state}"


class SessionEvent(Stored):
    """A run event from the bridge's journal, stored once per (bridge, epoch, number)."""

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="events")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, related_name="events")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, null=True, related_name="events")
    """Null when the bridge named a panel that is none of its own: counted, never believed."""
    epoch = models.UUIDField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=20)
    body = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bridge", "epoch", "seq"], name="one_event_each")]

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


class LitArea(Fact):
    """How much skin a session lit, as the person measured it: energy is known by nothing else [D6]. The newest counts."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lit_areas")
    session_id = models.UUIDField(db_index=True)
    """Of a session, or of one that was written down."""
    areas_cm2 = models.JSONField()
    """Site → cm². A site that is left out was not measured."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"lit area {self.at:%Y-%m-%d}"


class CheckIn(Fact):
    """How it was and what was seen afterwards."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="checkins")
    session_id = models.UUIDField(null=True)
    sites = models.JSONField()
    at = models.DateTimeField()
    comfort = models.PositiveSmallIntegerField(null=True)
    """0 to 10; null: not said."""
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


class ClockMark(models.Model):
    """One row: the wall clock and the steady one when a start was last judged, and by how much the first was set ahead [D20]."""

    ONLY: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    wall = models.DateTimeField()
    steady_ms = models.BigIntegerField()
    clock_id = models.CharField(max_length=60)
    jumps = models.JSONField(default=list)
    """[{at, by_s}], the oldest first."""

    def __str__(self) -> str:
        return f"clocks at {self.wall:%Y-%m-%d %H:%M}"
