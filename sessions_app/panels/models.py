"""Bridges, panels and the commands for them. They belong to a household."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ble_bridge.contract import limits
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
    line_id = models.UUIDField(null=True, blank=True)
    """The one line that counts [B3]; null when the bridge is away. Together with `last_seen_at` it says whether it is online."""
    radios = models.JSONField(default=list)
    journal_epoch = models.UUIDField(null=True, blank=True)
    acked_seq = models.BigIntegerField(default=0)
    """Last telemetry number stored of `journal_epoch`."""
    hears = models.JSONField(default=dict)
    """Panel → {rssi_dbm, at}: how well it heard the household's panels last [B70]."""

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
    """The one that leads it: it alone connects, and it alone is granted commands [B71]."""
    name = models.CharField(max_length=80)
    identity = models.JSONField()
    """As `ble_bridge.contract.wire.Identity`."""
    channels = models.JSONField()
    """A list of {wavelength_nm, min_pct, max_pct, irradiance: [{distance_cm, irradiance_mw_cm2}], provenance}."""
    safety = models.CharField(max_length=10, choices=Safety)
    confirm = models.CharField(max_length=10, choices=Confirm)
    blinks = models.BooleanField(default=False)
    virtual = models.BooleanField(default=False)
    lease = models.PositiveIntegerField(default=1)
    """Counts up each time that another bridge takes the lead [B72]."""
    purchased_on = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)
    measure_again_on = models.DateField(null=True, blank=True)
    """LEDs lose strength: a table of irradiance is of the day it was measured."""
    erased_on_s = models.FloatField(default=0)
    """Seconds of light in sessions of people who were erased since [A8]."""
    paired_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Sighting(Stored):
    """A panel that a bridge saw in a scan; forgotten after some minutes. Only what was found can be paired."""

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="sightings")
    found_id = models.CharField(max_length=16)
    body = models.JSONField()
    """As `ble_bridge.contract.wire.FoundPanel`."""
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bridge", "found_id"], name="sighted_once_per_bridge")]

    def __str__(self) -> str:
        return f"found {self.found_id}"


class Scan(Stored):
    """How the last scan of a bridge stands."""

    bridge = models.OneToOneField(Bridge, on_delete=models.CASCADE, related_name="last_scan")
    command_id = models.UUIDField()
    done = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"scan at {self.at:%H:%M:%S}"


class OwnProfile(Stored):
    """A file in a bridge's folder of profiles, as it told last [F62]. The bridge's is the truth."""

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="own_profiles")
    file = models.CharField(max_length=105)
    body = models.JSONField()
    """As `ble_bridge.contract.wire.OwnProfile`."""
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bridge", "file"], name="one_file_of_a_name")]

    def __str__(self) -> str:
        return self.file


class Checkup(Stored):
    """What a bridge's doctor found last [G60]."""

    bridge = models.OneToOneField(Bridge, on_delete=models.CASCADE, related_name="last_checkup")
    findings = models.JSONField()
    """As a list of `ble_bridge.contract.wire.Finding`."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkup at {self.at:%H:%M:%S}"


class Command(Stored):
    """One order to a bridge. The row is the truth; the broker only rings.

    Its life is bounded by the wall clock on both sides and, on the machine that made it, by a clock that nobody can set.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        GRANTED = "granted"
        DONE = "done"
        FAILED = "failed"
        EXPIRED = "expired"
        CANCELLED = "cancelled"

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="commands")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, null=True, related_name="commands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="commands")
    """Who asked for it; null for a stop that the server gave by itself."""
    session_id = models.UUIDField(null=True, blank=True, db_index=True)
    run_no = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20)
    args = models.JSONField()
    """As `ble_bridge.contract.wire.CommandArgs`; of a stop as `wire.Stop`."""
    clearance = models.JSONField(null=True)
    trace = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """A stop never expires; for it this is only when it was made [B14]."""
    clock_id = models.CharField(max_length=40)
    """Whose steady clock `expires_steady_ms` was read from: one boot of one machine."""
    expires_steady_ms = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    claim_id = models.UUIDField(null=True)
    granted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=limits.MAX_DETAIL_LETTERS, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["bridge", "state", "expires_at"], name="command_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
