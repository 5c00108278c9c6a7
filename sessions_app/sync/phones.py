"""The phones that a person is signed in on: listed, and removed [Y56]."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from sessions_app.accounts.models import User
from sessions_app.problems import Problem, not_found
from sessions_app.sync.models import Device

DEVICES = "devices"
"""In the data of a sign-in: the devices that synced in it, newest last."""
MOST_DEVICES = 20


@dataclass(frozen=True, slots=True)
class Phone:
    id: UUID
    """Made of the sign-in, and telling nothing of it."""
    user_agent: str
    signed_in_at: datetime
    last_seen_at: datetime
    """To the hour."""
    current: bool


def note(user: User, session: SessionBase, device: UUID) -> None:
    """This device syncs in this sign-in. Written once for each."""
    if session.get("device") == str(device):
        return
    with transaction.atomic():
        signed_in = UserSession.objects.select_for_update().filter(user=user, session_key=session.session_key).first()
        if signed_in is not None:
            others = [one for one in signed_in.data.get(DEVICES, []) if one != str(device)]
            signed_in.data[DEVICES] = [*others, str(device)][-MOST_DEVICES:]
            signed_in.save(update_fields=["data"])
    session["device"] = str(device)


def of(user: User, current: str | None) -> list[Phone]:
    """Where this person is signed in, the phone that asks first, then by when each was last seen."""
    seen = {str(device.device): device.last_seen_at for device in user.devices.all()}
    phones = [_phone(one, seen, current) for one in UserSession.objects.purge_and_list(user)]
    return sorted(phones, key=lambda phone: (phone.current, phone.last_seen_at), reverse=True)


def _phone(one: UserSession, seen: dict[str, datetime], current: str | None) -> Phone:
    last = max([one.last_seen_at, *(seen[device] for device in one.data.get(DEVICES, []) if device in seen)])
    return Phone(id_of(one), one.user_agent, one.created_at, last, one.session_key == current)


def id_of(one: UserSession) -> UUID:
    return uuid5(one.user_id, hashlib.sha256(f"nirweb phone {one.session_key}".encode()).hexdigest())


def remove(user: User, phone_id: UUID, current: str | None, now: datetime) -> None:
    """Sign that phone out at once: its lines are closed, its reminders end, and what it still sends is refused.

    Problem 404 for somebody else's, 409 for the phone that asks.
    """
    found = next((one for one in UserSession.objects.filter(user=user) if id_of(one) == phone_id), None)
    if found is None:
        raise not_found("This phone")
    if found.session_key == current:
        raise Problem(409, "this_phone", "This is the phone in your hand.", "Sign out on it instead.")
    with transaction.atomic():
        here = UserSession.objects.filter(user=user, session_key=current).first()
        kept = set(here.data.get(DEVICES, [])) if here else set()
        gone = [device for device in found.data.get(DEVICES, []) if device not in kept]
        Device.objects.filter(user=user, device__in=gone, revoked_at=None).update(revoked_at=now)
        found.end()
