"""The server's end of one bridge's line (docs/bridge.md, "The line")."""

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Any, Final
from uuid import UUID

import structlog
from pydantic import ValidationError

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.panels import bridge_talk, doorbell, hub, lead, presence
from sessions_app.panels.line import BAD_MESSAGE, REPLACED, REVOKED, Line, LineClosedError
from sessions_app.panels.offload import in_database
from sessions_app.panels.ports import Begun, therapy

log = structlog.stdlib.get_logger(__name__)
HELLO_WITHIN_S: Final = 10.0
WATCH_LAPSES_S: Final = 30.0
ALIVE_S: Final = 3.0
MOST_WAITING: Final = 64
"""Messages that may wait for rows before no more is read from the line."""
FAILED: Final = 1011
TURNS_S: Final = 60.0
LAST_WORDS_S: Final = 0.8
"""How long a closing line may take to write what is left, such as a stop [B4: closed within a second]."""


class BridgeLine:
    """One open line. It hears notes for its bridge, and speaks the contract of `wire`."""

    __slots__ = (
        "begun", "bridge_id", "heard_at", "hello", "hello_at", "household_id", "hub", "line", "line_id", "opened_at", "panels",
        "people", "tasks", "unnamed", "waiting", "watchers", "working",
    )  # fmt: skip

    def __init__(self, bridge_id: UUID, line: Line, at: hub.Hub) -> None:
        self.bridge_id = bridge_id
        self.line_id = uuid.uuid4()
        self.household_id: UUID | None = None
        self.panels: set[UUID] = set()
        self.people: dict[UUID, UUID | None] = {}
        self.unnamed: dict[UUID, wire.PanelState] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.waiting: list[wire.ToServer] = []
        """Heard, and not worked on yet: in order, as rows are to be written."""
        self.working: asyncio.Task[None] | None = None
        self.watchers: dict[UUID, dict[str, float]] = {}
        """Panel → phones' lines whose session screen is open, and when they last said so."""
        self.line = line
        self.hub = at
        self.hello: wire.Hello | None = None
        """Until all that it named is stored."""
        self.begun: Begun | None = None
        self.hello_at: clock.Moment | None = None
        self.opened_at = self.heard_at = at.loop.time()

    # ── Hearing notes ────────────────────────────────────────────────────────────────────────────────────────────────
    def hear(self, channel: str, note: hub.Note) -> None:
        if "send" in note:
            self.line.put(wire.TO_BRIDGE.validate_python(note["send"]).model_dump_json())
        elif "watch" in note:
            self._watch(UUID(note["watch"]), str(note["by"]), on=bool(note["on"]))
        elif "panels" in note:
            self._panels_changed(note["panels"])
        elif "close" in note:
            self.line.close(int(note["close"]), str(note.get("reason", "")))
        elif note.get("opened") not in (None, str(self.line_id)):
            self.replaced()

    def _panels_changed(self, panels: object) -> None:
        message = wire.Panels.model_validate({"panels": panels})
        self.panels = {one.panel_id for one in message.panels if one.leads}
        self.tell(message)

    def _watch(self, panel_id: UUID, by: str, *, on: bool) -> None:
        """Several phones may watch one panel; the bridge hears of the first, of renewals, and of the last that closes [B50]."""
        if panel_id not in self.panels:
            return
        now = self.hub.loop.time()
        watchers = self.watchers.setdefault(panel_id, {})
        if on:
            watchers[by] = now
        else:
            watchers.pop(by, None)
        for gone in [one for one, told_at in watchers.items() if now - told_at > WATCH_LAPSES_S]:
            del watchers[gone]
        if on or not watchers:
            self.tell(wire.Watch(panel_id=panel_id, on=bool(watchers)))

    def tell(self, message: wire.Message) -> None:
        self.line.put(message.model_dump_json())

    def replaced(self) -> None:
        """Another line of this bridge counts now [B3].

        A bridge that lost its network opens a new line before the old one is known to be dead, which is no news. Two that live
        at once, or take turns, are one identity in two places: the household is told.
        """
        now = self.hub.loop.time()
        if self.line.is_open and (now - self.heard_at < ALIVE_S or now - self.opened_at < TURNS_S):
            self._say_online(online=True, twice=True)
        self.line.close(REPLACED, "another line of this bridge is open")

    def tell_phones(self, note: hub.Note) -> None:
        if self.household_id is not None:
            self.hub.say(doorbell.scope(self.household_id), note)

    # ── The life of the line ─────────────────────────────────────────────────────────────────────────────────────────
    async def run(self) -> None:
        """From hello to the end. Whatever ends it, the line counts no longer afterwards."""
        try:
            if not await self._begin():
                return
            while self.line.is_open:
                text = await self.line.text()
                self.heard_at = self.hub.loop.time()
                await self._take(wire.TO_SERVER.validate_json(text))
        except LineClosedError:
            pass
        except (ValidationError, ValueError) as wrong:
            self._refuse("bad_message", _words(wrong))
        finally:
            await self._close()

    async def _take(self, message: wire.ToServer) -> None:
        """What is only shown is shown at once; the rest waits its turn, and the line is heard on meanwhile [B8]."""
        if isinstance(message, wire.PanelState):
            bridge_talk.show(self, message)
            return
        self.waiting.append(message)
        if self.working is None or self.working.done():
            self.working = self.spawn(self._work_off())
        if len(self.waiting) >= MOST_WAITING:
            await asyncio.wait([self.working])

    async def _work_off(self) -> None:
        while self.waiting:
            try:
                await bridge_talk.take(self, self.waiting.pop(0))
            except ValueError as wrong:
                self.waiting.clear()
                self._refuse("bad_message", _words(wrong))

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a message of a bridge was not worked on", bridge_id=str(self.bridge_id), error=repr(error))
            self.line.close(FAILED, "internal")

    async def _begin(self) -> bool:
        """A room of its own, so that nothing of the hello is kept for as long as the line is open."""
        hello = await self._hello()
        return hello is not None and await self._open(hello)

    async def _hello(self) -> wire.Hello | None:
        try:
            message = wire.TO_SERVER.validate_json(await self.line.text(HELLO_WITHIN_S))
        except TimeoutError:
            self._refuse("no_hello", "A line begins with hello.")
            return None
        if not isinstance(message, wire.Hello):
            self._refuse("no_hello", "A line begins with hello.")
            return None
        if message.protocol != wire.PROTOCOL:
            self._refuse(
                "protocol", f"This server speaks protocol {wire.PROTOCOL}, not {message.protocol}. Update the older one."
            )
            return None
        return message

    async def _open(self, hello: wire.Hello) -> bool:
        now = clock.now()
        # attached first: what is said from here on is not missed
        self.hub.attach(self, doorbell.bridge(self.bridge_id))
        opened = await in_database(presence.open_line, self.bridge_id, self.line_id, hello, now)
        if opened is None:
            self.line.close(REVOKED, "revoked")
            return False
        self.household_id = opened.household_id
        self.panels = {one.panel_id for one in opened.panels if one.leads}
        self.hub.say(doorbell.bridge(self.bridge_id), {"opened": str(self.line_id)})
        self.begun = await in_database(therapy().begin, self.bridge_id, hello)
        self.hello, self.hello_at = hello, now
        self.tell(
            wire.Welcome(
                protocol=wire.PROTOCOL,
                bridge_id=self.bridge_id,
                server_time=now.wall,
                acked_seq=self.begun.acked_seq,
                panels=opened.panels,
            )
        )
        self.hub.rounds.add(self.bridge_id, self)
        self.hub.poke.set()  # rings for what still lives, and tells every stop without a result [B14, B16]
        self._say_online(online=True)
        if any(one.shared for one in opened.panels):
            await in_database(lead.tell_household, opened.household_id, but=self.bridge_id)
        await self.acknowledged(self.begun.acked_seq)
        log.info("bridge here", bridge_id=str(self.bridge_id), software=hello.software)
        return True

    async def acknowledged(self, seq: int) -> None:
        """Telemetry is stored up to `seq`. Once that is all that hello named, what the journal does not know is settled [B44]."""
        hello, begun, at = self.hello, self.begun, self.hello_at
        if hello is None or begun is None or at is None or seq < hello.last_seq:
            return
        self.hello = self.begun = self.hello_at = None
        await in_database(therapy().caught_up, self.bridge_id, hello, begun, at)

    async def _close(self) -> None:
        if self.tasks:
            await asyncio.wait(self.tasks)
        self.hub.rounds.remove(self.bridge_id, self)
        self.hub.detach(self, doorbell.bridge(self.bridge_id))
        if await in_database(presence.close_line, self.bridge_id, self.line_id):
            self._say_online(online=False)
        log.info("bridge away", bridge_id=str(self.bridge_id), closing=self.line.closing)
        await self.line.until_written(LAST_WORDS_S)

    def _say_online(self, *, online: bool, twice: bool = False) -> None:
        self.tell_phones({"phone": {"type": "bridge", "bridge_id": str(self.bridge_id), "online": online, "twice": twice}})

    def _refuse(self, code: str, detail: str) -> None:
        """Say what was wrong and close the line [B1, B2]. Nothing of it is acted on."""
        log.warning("bridge refused", bridge_id=str(self.bridge_id), code=code)
        self.tell(wire.Fault(code=code, detail=detail[:300], fatal=True))
        self.line.close(BAD_MESSAGE, code)


def _words(wrong: ValueError) -> str:
    if isinstance(wrong, ValidationError):
        first = wrong.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(wrong)


async def serve(bridge_id: UUID, line: Line) -> None:
    """Accept the line of an authenticated bridge and serve it to its end."""
    await line.accept()
    at = await hub.here()
    try:
        await BridgeLine(bridge_id, line, at).run()
    except asyncio.CancelledError:
        if line.is_open:
            raise  # the process shuts down; otherwise the line itself gave up on a slow reader [B7]
