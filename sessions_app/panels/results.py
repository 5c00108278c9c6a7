"""Take what a bridge answers to a command or a stop [B15]. Knows no way to make one."""

from uuid import UUID

import structlog
from django.db.models import Q

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels.models import Command
from sessions_app.panels.orders import STOP

log = structlog.stdlib.get_logger(__name__)


def finish(bridge_id: UUID, result: wire.Result, now: Moment) -> Command | None:
    """Store the result of a granted command or of a stop, once. None when nothing waited for it."""
    open_ = Q(state=Command.State.GRANTED) | Q(state=Command.State.WAITING, kind=STOP)
    changed = Command.objects.filter(open_, pk=result.command_id, bridge_id=bridge_id).update(
        state=Command.State.DONE if result.ok else Command.State.FAILED,
        code=result.code,
        detail=result.detail,
        finished_at=now.wall,
    )
    log.info("result" if changed else "result again", command_id=str(result.command_id), code=result.code, trace=result.trace)
    return Command.objects.get(pk=result.command_id) if changed else None
