"""Close commands whose life is over. Knows no way to make one, so a worker may call it."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from sessions_app.clock import BACKWARDS_MS, Moment
from sessions_app.panels.models import Command, Sighting
from sessions_app.panels.orders import STOP, alive

FOUND_FOR_S: Final = 10 * 60
"""How long a found panel may be paired without another scan."""
ANSWERED_WITHIN_S: Final = 90
"""Longer than anything that is granted takes, a scan of a minute included."""
KEEP_COMMANDS_DAYS: Final = 30


def expire(now: Moment, bridge_id: UUID | None = None) -> list[Command]:
    """Mark waiting commands as expired that no longer live, and return them. A stop is never among them [B14]."""
    whose = Q(bridge_id=bridge_id) if bridge_id else Q()
    expired = []
    for command in Command.objects.filter(whose, state=Command.State.WAITING).exclude(kind=STOP).exclude(alive(now)):
        changed = Command.objects.filter(pk=command.pk, state=Command.State.WAITING).update(
            state=Command.State.EXPIRED, code="expired", finished_at=now.wall
        )
        if changed:
            command.refresh_from_db()
            expired.append(command)
    return expired


def unanswered(now: Moment) -> list[Command]:
    """Close granted commands whose answer was lost on its way, and return them [B17]. Of a run the journal tells."""
    long_ago = now.wall - timedelta(seconds=ANSWERED_WITHIN_S)
    # a grant of the future is of a clock that was put back since
    lost = Q(granted_at__lt=long_ago) | Q(granted_at__gt=now.wall + timedelta(milliseconds=BACKWARDS_MS))
    closed = []
    for command in Command.objects.filter(lost, state=Command.State.GRANTED):
        changed = Command.objects.filter(pk=command.pk, state=Command.State.GRANTED).update(
            state=Command.State.FAILED, code="unanswered", finished_at=now.wall
        )
        if changed:
            command.refresh_from_db()
            closed.append(command)
    return closed


def forget(now: Moment) -> None:
    """Clear away what a scan found long ago, and commands that are done for a month."""
    Sighting.objects.filter(seen_at__lt=now.wall - timedelta(seconds=FOUND_FOR_S)).delete()
    done = Command.objects.exclude(state__in=(Command.State.WAITING, Command.State.GRANTED))
    done.filter(made_at__lt=now.wall - timedelta(days=KEEP_COMMANDS_DAYS)).delete()
