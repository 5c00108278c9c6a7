"""Stops as rows: never expiring, never claimed, repeated until the bridge answers [B14, B15]. Safe for every caller.

The bell is rung before anything here: a row only makes sure that a stop is heard at last, and that what it stops is not granted.
"""

from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels.models import Command
from sessions_app.panels.orders import STOP

log = structlog.stdlib.get_logger(__name__)


def record(bridge_id: UUID, stop: wire.Stop, user_id: UUID | None, now: Moment) -> list[Command]:
    """Keep the stop, and cancel every waiting command that it forestalls; returns those.

    The same stop again is the same row. It waits for an answer anew where the last one was no success, or where the stop is of
    whatever lights the panel, which may be something else by now.
    """
    with transaction.atomic():
        command, made = Command.objects.get_or_create(
            pk=stop.command_id,
            defaults={
                "bridge_id": bridge_id,
                "panel_id": stop.panel_id,
                "user_id": user_id,
                "session_id": stop.session_id,
                "run_no": stop.run_no,
                "kind": STOP,
                "args": stop.model_dump(mode="json"),
                "trace": stop.trace,
                "made_at": now.wall,
                "expires_at": now.wall,
                "clock_id": now.clock_id,
                "expires_steady_ms": now.steady_ms,
            },
        )
        if not made and (command.state == Command.State.FAILED or stop.session_id is None):
            Command.objects.filter(pk=command.pk).update(state=Command.State.WAITING, made_at=now.wall, trace=stop.trace)
        return _cancel(stop, now)


def _cancel(stop: wire.Stop, now: Moment) -> list[Command]:
    touched = Q(panel_id=stop.panel_id) if stop.session_id is None else Q(session_id=stop.session_id)
    if stop.run_no is not None:
        touched &= Q(run_no__lte=stop.run_no) | Q(run_no__isnull=True)
    cancelled = []
    for command in Command.objects.filter(touched, state=Command.State.WAITING, kind__in=("start", "set_levels")):
        won = Command.objects.filter(pk=command.pk, state=Command.State.WAITING).update(
            state=Command.State.CANCELLED, code="stopped", finished_at=now.wall
        )
        if won:
            command.refresh_from_db()
            log.info("command cancelled by a stop", command_id=str(command.pk), trace=stop.trace)
            cancelled.append(command)
    return cancelled


def settle(session_id: UUID, run_no: int, now: Moment) -> None:
    """The run has ended: stops for it, and for earlier ones, need no further ringing."""
    waiting = Command.objects.filter(kind=STOP, state=Command.State.WAITING, session_id=session_id)
    waiting.filter(Q(run_no__lte=run_no)).update(state=Command.State.DONE, code="ended", finished_at=now.wall)


def message(command: Command) -> wire.Stop:
    """The stop that this row stands for."""
    return wire.Stop.model_validate(command.args)
