"""Make a command and grant it once (docs/bridge.md, "Commands"). The only module that can tell a bridge to light a lamp.

No task and no sync code reaches this module, even indirectly: an import contract holds that.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from ble_bridge.contract import wire
from sessions_app import durability
from sessions_app.base import new_id
from sessions_app.clock import Moment
from sessions_app.panels import doorbell, notes
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.panels.orders import LIFE_MS, STOP, alive, left_ms, why_denied

log = structlog.stdlib.get_logger(__name__)
LIGHT_NOTHING: Final = frozenset({"set_levels", "identify", "scan", "add_profile", "remove_profile", "doctor"})
"""Kinds that cannot light what is dark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person asks of a bridge. A start carries its clearance."""

    bridge_id: UUID
    user_id: UUID | None
    """None: the instance itself asks, for its demo."""
    args: wire.CommandArgs
    trace: str
    panel_id: UUID | None = None
    clearance: wire.Clearance | None = None
    life_ms: int = LIFE_MS


def order(wanted: Order, now: Moment) -> Command:
    """Record the command, alive for at most 10 s from `now`, and ring the bridge after the commit.

    ValueError for a start without clearance, or that no person asked for.
    """
    args = wanted.args
    starts = isinstance(args, wire.StartArgs)
    if starts and wanted.user_id is None:
        raise ValueError("a start is asked for by a person")
    if starts and wanted.clearance is None:
        raise ValueError("a start carries its clearance [B20]")
    end = now.after(min(wanted.life_ms, LIFE_MS))
    command = Command.objects.create(
        id=new_id(),
        bridge_id=wanted.bridge_id,
        panel_id=wanted.panel_id,
        user_id=wanted.user_id,
        session_id=getattr(args, "session_id", None),
        run_no=args.run_no if isinstance(args, wire.StartArgs) else None,
        kind=args.kind,
        args=args.model_dump(mode="json"),
        clearance=wanted.clearance.model_dump(mode="json") if wanted.clearance else None,
        trace=wanted.trace,
        made_at=now.wall,
        expires_at=end.wall,
        clock_id=now.clock_id,
        expires_steady_ms=end.steady_ms,
    )
    transaction.on_commit(partial(doorbell.ring, command.bridge_id, command.id, command.trace))
    log.info("command made", kind=command.kind, command_id=str(command.id), trace=command.trace)
    return command


def claim(bridge_id: UUID, asked: wire.Claim, now: Moment) -> wire.Grant | wire.Deny:
    """Grant the command once, by one conditional UPDATE, or say why not [B11]."""
    mine = Command.objects.filter(pk=asked.command_id, bridge_id=bridge_id).exclude(kind=STOP)
    command = mine.order_by().first()
    if command is None or not _grant_once(command, asked, now):
        revoked = Bridge.objects.filter(pk=bridge_id, revoked_at__isnull=False).exists()
        code = "revoked" if revoked else why_denied(mine.first())
        log.info("claim denied", code=code, command_id=str(asked.command_id), trace=command.trace if command else None)
        return wire.Deny(command_id=asked.command_id, claim_id=asked.claim_id, code=code)
    log.info("command granted", kind=command.kind, command_id=str(command.id), trace=command.trace)
    return _grant(command, asked, now)


def _grant_once(command: Command, asked: wire.Claim, now: Moment) -> bool:
    """What may light a lamp is on the disk before it is granted."""
    with durability.until_power_fails() if command.kind in LIGHT_NOTHING else transaction.atomic():
        led = Q(panel__isnull=True) | Q(panel__bridge_id=command.bridge_id)  # of another's panel nothing is granted [B71]
        won = Command.objects.filter(
            alive(now), led, pk=command.pk, state=Command.State.WAITING, bridge__revoked_at__isnull=True
        ).update(state=Command.State.GRANTED, claim_id=asked.claim_id, granted_at=now.wall)
        if won:
            command.state = Command.State.GRANTED
            notes.command(command)
    return bool(won)


def _grant(command: Command, asked: wire.Claim, now: Moment) -> wire.Grant:
    return wire.Grant.model_validate(
        {
            "command_id": command.id,
            "claim_id": asked.claim_id,
            "life_ms": left_ms(command, now),
            "args": command.args,
            "lease": Panel.objects.values_list("lease", flat=True).get(pk=command.panel_id) if command.panel_id else None,
            "clearance": command.clearance,
            "trace": command.trace,
        }
    )
