"""What each message of a bridge does. One function for each type; the line itself is in `bridge_line`."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app import clock, trace
from sessions_app.clock import Moment
from sessions_app.panels import commands, expiry, found, notes, results
from sessions_app.panels.offload import in_database
from sessions_app.panels.ports import therapy

if TYPE_CHECKING:
    from sessions_app.panels.bridge_line import BridgeLine

log = structlog.stdlib.get_logger(__name__)
MAX_KNOWN: Final = 64


async def take(line: "BridgeLine", message: wire.ToServer) -> None:
    """Act on one message. ValueError for one that has no place here."""
    work = _WORK.get(type(message))
    if work is None:
        raise ValueError(f"{message.type} has no place here")
    if (named := getattr(message, "trace", None)) is not None:
        trace.bind(named)
    await work(line, message)


async def _claim(line: "BridgeLine", claim: wire.Claim) -> None:
    line.tell(await in_database(_claimed, line.bridge_id, claim, clock.now()))


def _claimed(bridge_id: UUID, claim: wire.Claim, now: Moment) -> wire.Grant | wire.Deny:
    answer = commands.claim(bridge_id, claim, now)
    if isinstance(answer, wire.Deny) and answer.code == "expired":
        for command in expiry.expire(now, bridge_id):
            therapy().answered(command, now)
            notes.command(command)
    return answer


async def _result(line: "BridgeLine", result: wire.Result) -> None:
    await in_database(_finished, line.bridge_id, result, clock.now())


def _finished(bridge_id: UUID, result: wire.Result, now: Moment) -> None:
    with transaction.atomic():
        command = results.finish(bridge_id, result, now)
        if command is not None:
            therapy().answered(command, now)
            notes.command(command)


async def _panel_state(line: "BridgeLine", state: wire.PanelState) -> None:
    if state.panel_id not in line.panels:
        log.warning("state of a panel that is not this bridge's", bridge_id=str(line.bridge_id))
        return
    line.tell_phones(notes.panel_state(state, await _person_of(line, state.session_id)))


async def _person_of(line: "BridgeLine", session_id: UUID | None) -> UUID | None:
    """Whose session it is. States come every second and the answer never changes, so it is remembered."""
    if session_id is None:
        return None
    if session_id not in line.people:
        if len(line.people) >= MAX_KNOWN:
            line.people.clear()
        line.people[session_id] = await in_database(therapy().person_of, session_id)
    return line.people[session_id]


async def _run_event(line: "BridgeLine", event: wire.RunEvent) -> None:
    seq = await in_database(therapy().store, line.bridge_id, event, clock.now())
    line.tell(wire.Ack(seq=seq))
    await line.acknowledged(seq)


async def _found(line: "BridgeLine", message: wire.Found) -> None:
    await in_database(found.take, line.bridge_id, message, clock.now())


Work = Callable[["BridgeLine", Any], Awaitable[None]]
_WORK: Final[dict[type[wire.Message], Work]] = {
    wire.Claim: _claim,
    wire.Result: _result,
    wire.PanelState: _panel_state,
    wire.RunEvent: _run_event,
    wire.Found: _found,
}
