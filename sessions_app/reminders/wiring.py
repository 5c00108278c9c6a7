"""Connect the slice to what it follows: courses, zones, and the ends of sign-ins. Called once, when the app is ready."""

from typing import Any

from django.contrib.sessions.models import Session as SignedIn
from django.db.models.signals import post_delete

from sessions_app.panels.phone_auth import device_of
from sessions_app.reminders import due, services


def connect() -> None:
    due.connect()
    post_delete.connect(_signed_out, sender=SignedIn, dispatch_uid="reminders.signed_out")


def _signed_out(instance: SignedIn, **_: Any) -> None:
    services.signed_out(device_of(instance.session_key))
