"""Ring the phones' lines when rows change that they show, or when somebody's signing in no longer counts."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session as SignedIn
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from sessions_app.accounts.closing import household_ends
from sessions_app.accounts.models import Membership, User
from sessions_app.changes.services import touched
from sessions_app.panels import doorbell, ending


def connect() -> None:
    """Called once, when the app is ready."""
    household_ends.connect(ending.end, dispatch_uid="panels.household_ends")
    touched.connect(_rows_changed, dispatch_uid="lines.sync")
    post_delete.connect(_signed_out, sender=SignedIn, dispatch_uid="lines.signed_out")
    post_save.connect(_person_changed, sender=User, dispatch_uid="lines.person")
    post_delete.connect(_person_changed, sender=User, dispatch_uid="lines.person_gone")
    post_save.connect(_member_changed, sender=Membership, dispatch_uid="lines.member")
    post_delete.connect(_member_changed, sender=Membership, dispatch_uid="lines.member_gone")


def _rows_changed(scope_id: UUID, **_: Any) -> None:
    doorbell.say(doorbell.scope(scope_id), {"sync": True})


def _signed_out(instance: SignedIn, **_: Any) -> None:
    user_id = instance.get_decoded().get("_auth_user_id")
    if user_id:
        _recheck(UUID(user_id))


def _person_changed(instance: User, **_: Any) -> None:
    _recheck(instance.pk)


def _member_changed(instance: Membership, **_: Any) -> None:
    _recheck(instance.user_id)


def _recheck(user_id: UUID) -> None:
    """The person's lines look whether they may stay open."""
    transaction.on_commit(partial(doorbell.say, doorbell.scope(user_id), {"recheck": True}))
