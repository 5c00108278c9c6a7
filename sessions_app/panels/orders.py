"""Which commands still live, and the words for those that do not. Knows no way to make one."""

from datetime import timedelta
from typing import Final, Literal

from django.db import connection
from django.db.models import Q

from ble_bridge.contract import limits
from sessions_app.clock import BACKWARDS_MS, Moment
from sessions_app.panels.models import Command

STOP: Final = "stop"
"""Kind of a row that is a stop: it never expires and is never claimed [B14]."""
LIFE_MS: Final = limits.COMMAND_LIFE_MS
DenyCode = Literal["expired", "gone", "taken", "stopped", "revoked"]


def alive(now: Moment) -> Q:
    """Rows whose life has not ended at `now`, by the wall clock from both sides and by the clock that nobody can set.

    A SQLite database belongs to one machine: what another boot of it made is over (nothing resumes after a restart, H4).
    """
    wall = Q(made_at__lte=now.wall + timedelta(milliseconds=BACKWARDS_MS), expires_at__gt=now.wall)
    steady = Q(clock_id=now.clock_id, expires_steady_ms__gt=now.steady_ms)
    if connection.vendor == "sqlite" and not now.clock_id.startswith("process-"):
        return wall & steady
    return wall & (steady | ~Q(clock_id=now.clock_id))


def left_ms(command: Command, now: Moment) -> int:
    """Milliseconds of life left, at most a command's whole life."""
    left = now.left_ms(command.made_at, command.expires_at, command.expires_steady_ms, command.clock_id)
    return min(left, LIFE_MS)


def waiting(now: Moment) -> Q:
    """What a bridge is to hear of: commands that live, and every stop without a result [B14, B16]."""
    return Q(state=Command.State.WAITING) & (Q(kind=STOP) | alive(now))


def why_denied(command: Command | None) -> DenyCode:
    """Why a claim of this row is denied, given that it was not granted."""
    if command is None:
        return "gone"
    if command.state == Command.State.CANCELLED:
        return "stopped"
    if command.state in {Command.State.WAITING, Command.State.EXPIRED}:
        return "expired"
    return "taken"
