"""Phones that want reminders, the next time of each course, and what is on its way to which phone."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sessions_app.base import Stored
from sessions_app.regimens.models import Regimen


class Subscription(Stored):
    """One browser that takes messages for one person. The endpoint is whatever address it gave us, and never trusted."""

    class Trouble(models.TextChoices):
        NONE = ""
        REFUSED = "refused"
        UNREACHABLE = "unreachable"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    endpoint = models.CharField(max_length=2000)
    endpoint_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the endpoint: a browser has one, whoever is signed in there."""
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    """Base64url: the browser's public key and its secret (RFC 8291)."""
    name = models.CharField(max_length=80, blank=True)
    """As the browser calls itself, so that a person knows which phone to remove."""
    hide_details = models.BooleanField(default=False)
    signed_in = models.CharField(max_length=32, db_index=True)
    """Names the sign-in it was made in: it ends with that."""
    password_mark = models.CharField(max_length=64)
    """Of the password it was made under: another password ends every other sign-in, and this with it."""
    sent_at = models.DateTimeField(null=True)
    """When the push service last took a message for it."""
    trouble = models.CharField(max_length=12, choices=Trouble, default=Trouble.NONE, blank=True)
    """How the last message fared."""

    def __str__(self) -> str:
        return f"{self.name or 'a phone'} of {self.user_id}"


class Due(Stored):
    """The next time of a course, and a second one while it is snoozed [R3]."""

    class Kind(models.TextChoices):
        PLANNED = "planned"
        SNOOZED = "snoozed"

    regimen = models.ForeignKey(Regimen, on_delete=models.CASCADE, related_name="due", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind)
    day = models.DateField()
    """The local date that names the occurrence."""
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["regimen", "kind"], name="one_due_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.day}"


class Delivery(Stored):
    """One message on its way to one phone."""

    class Outcome(models.TextChoices):
        OPEN = ""
        SENT = "sent"
        DONE = "done"
        """What it was for had been done meanwhile, or the course was over."""
        STALE = "stale"
        REFUSED = "refused"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    regimen = models.ForeignKey(Regimen, on_delete=models.CASCADE, related_name="+", null=True)
    """Null in a test."""
    occurrence = models.UUIDField()
    day = models.DateField()
    due_at = models.DateTimeField()
    stale_at = models.DateTimeField()
    snoozed = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    """Whoever claims it moves this on by the lease: a worker that was killed loses it then [R10]."""
    claim = models.UUIDField(null=True)
    """Of the latest claim: one that comes late with its result has lost its say."""
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "occurrence", "due_at"], name="one_message_each"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=models.Q(outcome=""), name="deliveries_to_try"),
            models.Index(fields=["stale_at"], name="deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.occurrence} {self.outcome or 'open'}"
