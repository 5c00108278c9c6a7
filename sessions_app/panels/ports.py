"""What the lines need of later slices, which they may not import: `therapy` connects itself here when the app is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels.models import Command
from sessions_app.panels.phone_wire import CheckBody, SetLevels, TicketNote


@dataclass(frozen=True, slots=True)
class Begun:
    acked_seq: int
    """The last stored telemetry number of this journal."""
    known: bool
    """The journal is the one that the bridge had before; False when that one is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of them are synchronous, open their own transactions, and run on the lines' threads."""

    begin: Callable[[UUID, wire.Hello], "Begun"]
    """A bridge said hello with this journal [B42]."""
    caught_up: Callable[[UUID, wire.Hello, "Begun", Moment], None]
    """All that the journal held at that hello, then, is stored: settle the runs that it does not know [B44]."""
    store: Callable[[UUID, wire.RunEvent, Moment], int]
    """Store a run event once; returns the last stored number [B41, B45]."""
    answered: Callable[[Command, Moment], None]
    """A command was answered, has expired or was cancelled: what does that mean for its session?"""
    person_of: Callable[[UUID], UUID | None]
    """Whose session it is."""
    check: Callable[[UUID, str, CheckBody, Moment], TicketNote]
    """May this person (user id, key of the signed-in device) start that, and the ticket if so."""
    set_levels: Callable[[UUID, SetLevels, str, Moment], None]
    """Ask for other levels in this person's lit run (user id, what is wanted, trace). Problems as of the route."""
    flush: Callable[[], None]
    """The process ends: write what was put off, within a second."""
    bridge_of: Callable[[UUID, UUID], UUID | None]
    """The bridge that runs this person's open session (user id, session id)."""


_ports: list[Ports] = []


def connect(ports: Ports) -> None:
    _ports[:] = [ports]


def therapy() -> Ports:
    """RuntimeError before the app is ready."""
    if not _ports:
        raise RuntimeError("the therapy slice is not connected")
    return _ports[0]
