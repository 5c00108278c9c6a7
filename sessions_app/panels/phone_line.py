"""The server's end of one phone's line: shows what is, and keeps a start ticket fresh while a session screen is open.

Nothing a phone says here lights a lamp; that takes the HTTP API. Messages are in `phone_wire`.
"""

import asyncio
import uuid
from typing import Any, Final
from uuid import UUID

import structlog
from pydantic import ValidationError

from ble_bridge.contract import wire
from sessions_app import clock, trace
from sessions_app.panels import doorbell, hub, phone_auth, phone_view
from sessions_app.panels.line import BAD_MESSAGE, REVOKED, Line, LineClosedError
from sessions_app.panels.offload import in_database
from sessions_app.panels.phone_wire import (
    FROM_PHONE,
    About,
    Check,
    FaultNote,
    FromPhone,
    Message,
    PairAnew,
    Ping,
    Pong,
    SetLevels,
    StillHere,
    TicketNote,
    Watch,
)
from sessions_app.panels.ports import therapy
from sessions_app.problems import Problem

log = structlog.stdlib.get_logger(__name__)
PING_WITHIN_S: Final = 75.0
"""A phone pings every 30 s; a line that has been silent longer than this is closed."""
TICKET_EVERY_S: Final = 3.0
WATCH_EVERY_S: Final = 10.0
"""How often a bridge is told that a screen is still open [B50]."""
MAX_WATCHED: Final = 8
LEVELS_PER_S: Final = 4.0
LEVELS_AT_ONCE: Final = 8
"""Changes of levels that a line may be ahead of its rate."""


class PhoneLine:
    def __init__(self, who: phone_auth.Who, line: Line, at: hub.Hub) -> None:
        self.who = who
        self.line = line
        self.hub = at
        self.line_id = str(uuid.uuid4())
        self._channels = [doorbell.scope(scope_id) for scope_id in who.scopes]
        self._watched: dict[UUID, UUID] = {}
        """Panel → its bridge, of the screens that are open."""
        self._check: Check | None = None
        self._attention: asyncio.Task[None] | None = None
        self._fresh = asyncio.Event()
        """Set when a check came that wants an answer now."""
        self._levels_due_at = 0.0
        """When the changes of levels taken so far would have come at their rate."""

    # ── Hearing notes ────────────────────────────────────────────────────────────────────────────────────────────────
    def hear(self, channel: str, note: hub.Note) -> None:
        if "phone" in note:
            self._show(note)
        elif "sync" in note:
            self.line.put('{"type":"sync"}')
        elif "recheck" in note:
            asyncio.get_running_loop().create_task(self._recheck())

    def _show(self, note: hub.Note) -> None:
        message: dict[str, Any] = note["phone"]
        if message.get("type") == "panel_state":
            message = phone_view.seen_by(self.who, message, note.get("person"))
        self.line.put(hub.dumps(message))

    def tell(self, message: Message) -> None:
        self.line.put(message.model_dump_json())

    async def _recheck(self) -> None:
        """Something about who is signed in changed: is this line still allowed?"""
        if not await in_database(phone_auth.still_valid, self.who):
            self.line.close(REVOKED, "signed out")

    # ── The life of the line ─────────────────────────────────────────────────────────────────────────────────────────
    async def run(self) -> None:
        self.hub.attach(self, *self._channels)
        try:
            # looked at again after attaching: a sign-out in between would otherwise not be heard
            await self._recheck()
            for note in await in_database(phone_view.bridges, self.who.household_ids, clock.now()):
                self.tell(note)
            while self.line.is_open:
                await self._take(FROM_PHONE.validate_json(await self.line.text(PING_WITHIN_S), strict=True))
        except LineClosedError:
            pass
        except TimeoutError:
            self.line.close(1001, "silent")
        except (ValidationError, ValueError):
            self.tell(FaultNote(code="bad_message", detail="This was not understood. Update the app.", fatal=True))
            self.line.close(BAD_MESSAGE, "bad_message")
        finally:
            await self._end()

    async def _take(self, message: FromPhone) -> None:
        if isinstance(message, Ping):
            self.tell(Pong())
            await self._recheck()
        elif isinstance(message, SetLevels):
            await self._set_levels(message)
        elif isinstance(message, Watch):
            await self._watch(message)
        elif isinstance(message, PairAnew):
            self._pair_anew(message)
        elif isinstance(message, Check):
            self._check = message
            self._fresh.set()
            self._attend()
        else:
            await self._still_here(message)

    async def _watch(self, wanted: Watch) -> None:
        if not wanted.on:
            bridge_id = self._watched.pop(wanted.panel_id, None)
            if bridge_id is not None:
                self._say_watch(wanted.panel_id, bridge_id, on=False)
            if self._check is not None and self._check.panel_id == wanted.panel_id:
                self._check = None
            return
        bridge_id = await in_database(phone_view.bridge_of_panel, self.who.household_ids, wanted.panel_id)
        if bridge_id is None or len(self._watched) >= MAX_WATCHED:
            self._fault("watch", "not_found", "This panel is not here, or not yours.")
            return
        self._watched[wanted.panel_id] = bridge_id
        self._say_watch(wanted.panel_id, bridge_id, on=True)
        self._attend()

    def _pair_anew(self, wanted: PairAnew) -> None:
        """Only of a panel that is looked at: that it is this person's was asked then."""
        bridge_id = self._watched.get(wanted.panel_id)
        if bridge_id is not None:
            self.hub.say(doorbell.bridge(bridge_id), doorbell.sent(wire.PairAnew(panel_id=wanted.panel_id)))

    async def _still_here(self, here: StillHere) -> None:
        bridge_id = await in_database(therapy().bridge_of, self.who.user_id, here.session_id)
        if bridge_id is None:
            self._fault("still_here", "not_found", "No session of yours is open there.")
        else:
            self.hub.say(doorbell.bridge(bridge_id), doorbell.sent(wire.StillHere(session_id=here.session_id)))

    async def _set_levels(self, wanted: SetLevels) -> None:
        """As the route of that name, on the way that a thumb on a fader can feel [B53]."""
        now_s = self.hub.loop.time()
        due_at = max(self._levels_due_at, now_s) + 1 / LEVELS_PER_S
        if due_at - now_s > LEVELS_AT_ONCE / LEVELS_PER_S:
            self._fault("levels", "throttled", "Levels change at most four times a second. Try again.")
            return
        self._levels_due_at = due_at
        of = trace.accepted(None)
        trace.bind(of)
        try:
            await in_database(therapy().set_levels, self.who.user_id, wanted, of, clock.now())
        except Problem as problem:
            self._fault("levels", problem.code, problem.detail)
        except Exception:
            log.exception("levels not asked for")
            self._fault("levels", "internal", "The server failed. The light is as it was; stop works as ever.")

    def _fault(self, about: About, code: str, detail: str) -> None:
        self.tell(FaultNote(about=about, code=code, detail=detail, fatal=False))

    def _say_watch(self, panel_id: UUID, bridge_id: UUID, *, on: bool) -> None:
        self.hub.say(doorbell.bridge(bridge_id), {"watch": str(panel_id), "on": on, "by": self.line_id})

    # ── While a session screen is open ───────────────────────────────────────────────────────────────────────────────
    def _attend(self) -> None:
        if self._attention is None or self._attention.done():
            self._attention = asyncio.get_running_loop().create_task(self._attending())

    async def _attending(self) -> None:
        """Keep the ticket fresh and the bridge told. Ends with the last open screen."""
        told_at = self.hub.loop.time()
        while self.line.is_open and (self._watched or self._check):
            self._fresh.clear()
            if self._check is not None:
                await self._answer(self._check)
                if not self._watched:
                    self._check = None
            if self.hub.loop.time() - told_at >= WATCH_EVERY_S - TICKET_EVERY_S / 2:
                told_at = self.hub.loop.time()
                await self._watch_on()
            try:
                await asyncio.wait_for(self._fresh.wait(), TICKET_EVERY_S)
            except TimeoutError:
                continue

    async def _watch_on(self) -> None:
        """Said to whoever leads the panel by now [B71]."""
        for panel_id, before in list(self._watched.items()):
            bridge_id = await in_database(phone_view.bridge_of_panel, self.who.household_ids, panel_id) or before
            if panel_id in self._watched:  # not closed meanwhile
                self._watched[panel_id] = bridge_id
                self._say_watch(panel_id, bridge_id, on=True)

    async def _answer(self, check: Check) -> None:
        try:
            note: TicketNote = await in_database(therapy().check, self.who.user_id, self.who.device, check, clock.now())
        except Problem as problem:
            self._check = None
            self._fault("check", problem.code, problem.detail)
            return
        except Exception:
            log.exception("check failed")
            return
        self.tell(note)

    async def _end(self) -> None:
        self.hub.detach(self, *self._channels)
        if self._attention is not None:
            self._attention.cancel()
        for panel_id, bridge_id in self._watched.items():
            self._say_watch(panel_id, bridge_id, on=False)
        await self.line.until_written(0.5)


async def serve(who: phone_auth.Who, line: Line) -> None:
    """Accept the line of a signed-in person and serve it to its end."""
    await line.accept()
    try:
        await PhoneLine(who, line, await hub.here()).run()
    except asyncio.CancelledError:
        if line.is_open:
            raise  # the process shuts down; otherwise the line itself gave up on a slow reader
