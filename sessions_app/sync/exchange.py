"""One round trip: take what the phone wrote, give what it has not seen [Y1]."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sessions_app.accounts.models import User
from sessions_app.problems import Problem
from sessions_app.sync import cursor as cursors
from sessions_app.sync import epochs, pull, push
from sessions_app.sync.wire import SyncIn

SCHEMA: Final = 1
"""Version of the bodies that this server speaks [Y50]."""
OLDEST_SCHEMA: Final = 1
"""Oldest one that may still be in use [Y51]."""


def exchange(user: User, data: SyncIn, software: str, now: datetime) -> dict[str, Any]:
    """The reply, as `SyncOut`. `software` is how the browser names itself. On `Problem` 403, 409 or 410 nothing was done."""
    _check_schema(data.schema_)
    _check_person(user, data.person)
    epoch = epochs.current()
    if data.epoch is not None and data.epoch != epoch:
        raise epochs.changed()
    seen = cursors.read(user.id, data.cursor)
    try:
        pull.check(user, seen)
    except pull.DatabaseWentBackError:
        epochs.renew()
        raise epochs.changed() from None
    device = push.known_device(user, data.device, data.schema_, software, now)
    pushed = push.push(user, device, data.ops, now)
    return _reply(pushed, pull.pull(user, seen, data.limit), user.id, epoch, now)


def _check_schema(schema: int) -> None:
    if schema < OLDEST_SCHEMA:
        raise Problem(
            409, "schema_old", "This app is too old for its server.", "Update the app. What you wrote stays and is sent then."
        )
    if schema > SCHEMA:
        raise Problem(
            409, "schema_ahead", "This server is older than the app.", "Update the server. What you wrote stays on this phone."
        )


def _check_person(user: User, named: UUID | None) -> None:
    """A tab that was left open holds one person's records, while another signed in beside it [M63]."""
    if named is not None and named != user.id:
        raise Problem(
            409,
            "other_person",
            "Somebody else is signed in on this phone now.",
            "Sign in again: what you wrote is kept.",
        )


def _reply(pushed: push.Pushed, pulled: pull.Pulled, user_id: UUID, epoch: UUID, now: datetime) -> dict[str, Any]:
    return {
        "ack": pushed.ack,
        "rejected": pushed.refusals,
        "rows": pulled.rows,
        "left": pulled.left,
        "cursor": cursors.write(user_id, pulled.cursor),
        "more": pulled.more,
        "epoch": epoch,
        "now": now,
        "resend_from": pushed.resend_from,
    }
