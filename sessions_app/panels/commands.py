"""Make a command and grant it once (docs/bridge.md, "Commands"). The only module that can tell a bridge to light a lamp.

No task and no sync code reaches this module, even indirectly: an import contract holds that.
"""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.clock import Moment
from sessions_app.panels import doorbell
from sessions_app.panels.models import Bridge, Command, Panel
from sessions_app.panels.orders import LIFE_MS, STOP, alive, left_ms, why_denied

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person asks of a bridge. A start carries its clearance."""

    bridge: Bridge
    user: User | None
    """None: the instance itself asks, for its demo."""
    args: wire.CommandArgs
    trace: str
    panel: Panel | None = None
    clearance: wire.Clearance | None = None
    life_ms: int = LIFE_MS


def order(wanted: Order, now: Moment) -> Command:
    """Record the command, alive for at most 10 s from `now`, and ring the bridge after the commit.

    ValueError for a start without clearance, or that no person asked for.
    """
    args = wanted.args
    starts = isinstance(args, wire.StartArgs)
    if starts and wanted.user is None:
        raise ValueError("a start is asked for by a person")
    if starts and wanted.clearance is None:
        raise ValueError("a start carries its clearance [B20]")
    end = now.after(min(wanted.life_ms, LIFE_MS))
    command = Command.objects.create(
        id=new_id(),
        bridge=wanted.bridge,
        panel=wanted.panel,
        user=wanted.user,
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
    if Bridge.objects.filter(pk=bridge_id, revoked_at__isnull=False).exists():
        return wire.Deny(command_id=asked.command_id, claim_id=asked.claim_id, code="revoked")
    mine = Command.objects.filter(pk=asked.command_id, bridge_id=bridge_id).exclude(kind=STOP)
    won = mine.filter(alive(now), state=Command.State.WAITING).update(
        state=Command.State.GRANTED, claim_id=asked.claim_id, granted_at=now.wall
    )
    command = mine.first()
    if not won or command is None:
        code = why_denied(command)
        log.info("claim denied", code=code, command_id=str(asked.command_id), trace=command.trace if command else None)
        return wire.Deny(command_id=asked.command_id, claim_id=asked.claim_id, code=code)
    log.info("command granted", kind=command.kind, command_id=str(command.id), trace=command.trace)
    return _grant(command, asked, now)


def _grant(command: Command, asked: wire.Claim, now: Moment) -> wire.Grant:
    return wire.Grant.model_validate(
        {
            "command_id": command.id,
            "claim_id": asked.claim_id,
            "life_ms": left_ms(command, now),
            "args": command.args,
            "clearance": command.clearance,
            "trace": command.trace,
        }
    )
