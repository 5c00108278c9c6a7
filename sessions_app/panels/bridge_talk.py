"""What each message of a bridge does. One function for each type; the line itself is in `bridge_line`."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app import clock, trace
from sessions_app.clock import Moment
from sessions_app.panels import checkups, commands, expiry, found, hub, lead, notes, own_profiles, results
from sessions_app.panels.offload import in_database
from sessions_app.panels.ports import therapy

log = structlog.stdlib.get_logger(__name__)
MAX_KNOWN: Final = 64


class Speaker(Protocol):
    """The line that a message came on, as far as messages need it."""

    bridge_id: UUID
    panels: set[UUID]
    people: dict[UUID, UUID | None]
    """Session → whose it is."""
    unnamed: dict[UUID, wire.PanelState]
    """Panel → its newest state, while it is asked whose session it is in."""

    def tell(self, message: wire.Message) -> None: ...

    def tell_phones(self, note: hub.Note) -> None: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> object: ...

    async def acknowledged(self, seq: int) -> None: ...


async def take(line: Speaker, message: wire.ToServer) -> None:
    """Act on one message. ValueError for one that has no place here."""
    work = _WORK.get(type(message))
    if work is None:
        raise ValueError(f"{message.type} has no place here")
    if (named := getattr(message, "trace", None)) is not None:
        trace.bind(named)
    await work(line, message)


async def _claim(line: Speaker, claim: wire.Claim) -> None:
    line.tell(await in_database(_claimed, line.bridge_id, claim, clock.now()))


def _claimed(bridge_id: UUID, claim: wire.Claim, now: Moment) -> wire.Grant | wire.Deny:
    answer = commands.claim(bridge_id, claim, now)
    if isinstance(answer, wire.Deny) and answer.code == "expired":
        for command in expiry.expire(now, bridge_id):
            therapy().answered(command, now)
            notes.command(command)
    return answer


async def _result(line: Speaker, result: wire.Result) -> None:
    await in_database(_finished, line.bridge_id, result, clock.now())


def _finished(bridge_id: UUID, result: wire.Result, now: Moment) -> None:
    with transaction.atomic():
        command = results.finish(bridge_id, result, now)
        if command is not None:
            if command.kind == "add_profile" and result.ok:
                own_profiles.replaced(command)
            therapy().answered(command, now)
            notes.command(command)


def show(line: Speaker, state: wire.PanelState) -> None:
    """What a panel does now, to the phones. It waits for no row, but for the first word on whose session it is [B8]."""
    if state.panel_id not in line.panels:
        log.warning("state of a panel that is not this bridge's", bridge_id=str(line.bridge_id))
        return
    if state.session_id is None or state.session_id in line.people:
        line.unnamed.pop(state.panel_id, None)
        person_id = line.people[state.session_id] if state.session_id else None
        line.tell_phones(notes.panel_state(state, person_id))
        return
    asked = state.panel_id in line.unnamed
    line.unnamed[state.panel_id] = state
    if not asked:
        line.spawn(_name(line, state.panel_id))


async def _name(line: Speaker, panel_id: UUID) -> None:
    """Ask whose session it is, then show the newest. States come every second and the answer never changes: it is remembered."""
    while (state := line.unnamed.get(panel_id)) is not None and state.session_id is not None:
        person_id = await in_database(therapy().person_of, state.session_id)
        if len(line.people) >= MAX_KNOWN:
            line.people.clear()
        line.people[state.session_id] = person_id
        if (newest := line.unnamed.get(panel_id)) is not None:
            show(line, newest)


async def _run_event(line: Speaker, event: wire.RunEvent) -> None:
    seq = await in_database(therapy().store, line.bridge_id, event, clock.now())
    line.tell(wire.Ack(seq=seq))
    await line.acknowledged(seq)


async def _found(line: Speaker, message: wire.Found) -> None:
    await in_database(found.take, line.bridge_id, message, clock.now())


async def _heard(line: Speaker, message: wire.Heard) -> None:
    await in_database(lead.heard, line.bridge_id, message, clock.now())


async def _own_profile(line: Speaker, message: wire.OwnProfile) -> None:
    await in_database(own_profiles.told, line.bridge_id, message, clock.now())


async def _shelf(line: Speaker, message: wire.Shelf) -> None:
    await in_database(own_profiles.shelved, line.bridge_id, message)


async def _checkup(line: Speaker, message: wire.Checkup) -> None:
    await in_database(checkups.take, line.bridge_id, message, clock.now())


Work = Callable[[Speaker, Any], Awaitable[None]]
_WORK: Final[dict[type[wire.Message], Work]] = {
    wire.Claim: _claim,
    wire.Result: _result,
    wire.RunEvent: _run_event,
    wire.Found: _found,
    wire.Heard: _heard,
    wire.OwnProfile: _own_profile,
    wire.Shelf: _shelf,
    wire.Checkup: _checkup,
}
