"""The household's own panel profiles: what each bridge tells of its folder, and what a newer file is to its panels [F62-F64]."""

import tomllib
from functools import partial
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.changes.services import Touch, touch
from sessions_app.clock import Moment
from sessions_app.panels import lead
from sessions_app.panels.models import Bridge, Command, OwnProfile, Panel
from sessions_app.problems import Problem


def told(bridge_id: UUID, profile: wire.OwnProfile, now: Moment) -> None:
    """Keep what the bridge says of one file."""
    defaults = {"body": profile.model_dump(mode="json"), "told_at": now.wall}
    OwnProfile.objects.update_or_create(bridge_id=bridge_id, file=profile.file, defaults=defaults)


def shelved(bridge_id: UUID, shelf: wire.Shelf) -> None:
    """Forget the files that are there no more."""
    OwnProfile.objects.filter(bridge_id=bridge_id).exclude(file__in=shelf.files).delete()


def panels_by(bridge: Bridge, profile: str | None) -> list[Panel]:
    """The panels of this bridge that are run by this profile."""
    led = Panel.objects.filter(bridge=bridge, removed_at__isnull=True).order_by("paired_at", "id")
    return [panel for panel in led if profile is not None and panel.identity["profile"] == profile]


def may_be_given(bridge: Bridge, text: str) -> None:
    """Problem 409 `profile_in_use` while a session is open on a panel that is run by the file that it would replace."""
    for panel in panels_by(bridge, _id_of(text)):
        if panel.sessions.exclude(state="ended").exists():
            raise Problem(409, "profile_in_use", f"{panel.name} is in a session.", "Stop it, then give the file again.")


def may_be_removed(bridge: Bridge, file: str) -> None:
    """Problems 404; 409 `profile_in_use` while a panel is run by it."""
    kept = OwnProfile.objects.filter(bridge=bridge, file=file).first()
    if kept is None:
        raise Problem(404, "not_found", "This profile is not there.", "Look at the list again.")
    names = ", ".join(panel.name for panel in panels_by(bridge, kept.body["profile"]))
    if names:
        raise Problem(409, "profile_in_use", f"{names} is run by this profile.", "Remove the panel first.")


def replaced(command: Command) -> None:
    """A profile that an owner gave is kept: the panels that were run by an older file of this id are by this one [F63].

    The bridge took it only because nothing that their owner confirmed is another in it.
    """
    text = str(command.args["text"])
    with transaction.atomic():
        for panel in panels_by(command.bridge, _id_of(text)):
            panel.identity = {**panel.identity, "profile_hash": sha256(text.encode()).hexdigest()}
            panel.save(update_fields=["identity"])
            touch(Touch(panel.household_id, "panel", panel.pk))
            transaction.on_commit(partial(lead.tell_household, panel.household_id))


def _id_of(text: str) -> str | None:
    try:
        said = tomllib.loads(text).get("profile")
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, str) else None
