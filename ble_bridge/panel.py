"""One paired panel: its session machine, and the hands that do what the machine asks. Decides nothing itself."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import structlog

from ble_bridge.clock import now_ms
from ble_bridge.contract import wire
from ble_bridge.conversation import Conversation
from ble_bridge.drivers.orders import exchange_of
from ble_bridge.journal_thread import JournalThread
from ble_bridge.panel_link import PanelLink
from ble_bridge.panel_view import view
from ble_bridge.run_model import PanelState
from ble_bridge.run_words import (
    Close,
    Effect,
    Event,
    KeepStop,
    LinkUp,
    OpDone,
    OpKind,
    Outcome,
    ReadStatus,
    Record,
    Recorded,
    Reply,
    Tell,
    Tick,
    Write,
    WriteEmergency,
    WriteIdentify,
    WriteKeepAlive,
    WriteLevels,
    WriteOff,
    WriteStart,
)
from ble_bridge.runner import busy, may_light, step, wants_link
from ble_bridge.use import Use

T = TypeVar("T")
TICK_S: Final = 0.1
IDLE_TICK_S: Final = 0.5
STALLED_MS: Final = 5_000
TELL_STATE_EVERY_MS: Final = 1_000
"""In a run the state is told at least this often."""
_KINDS: Final[dict[type, OpKind]] = {
    WriteOff: "off",
    WriteEmergency: "emergency",
    WriteStart: "start",
    WriteLevels: "levels",
    WriteKeepAlive: "keep_alive",
    WriteIdentify: "identify",
    ReadStatus: "read",
}
_TOLD_ON_CHANGE: Final = {"run", "link", "session_id", "levels_pct", "end_reason", "off_confirmed", "foreign", "sources", "wrong"}
log = structlog.stdlib.get_logger(__name__)


class Outbox(Protocol):
    """The way to the server. Both may be called at any time, also without a line."""

    def result(self, result: wire.Result) -> None: ...

    def panel_state(self, state: wire.PanelState) -> None: ...


class Panel:
    def __init__(
        self,
        paired: wire.PairedPanel,
        link: PanelLink,
        journal: JournalThread,
        outbox: Outbox,
        failed: Callable[[BaseException], None],
    ) -> None:
        """`failed` is told when the panel cannot go on: better a new process, which turns off what it finds [B34]."""
        self.paired = paired
        self.state = PanelState()
        self._link = link
        self._journal = journal
        self._outbox = outbox
        self._failed = failed
        self._conversation: Conversation | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told: wire.PanelState | None = None
        self._told_ms = 0
        self._use = Use()
        self._settled = asyncio.Event()
        self._ticked_ms = now_ms()

    @property
    def panel_id(self) -> UUID:
        return self.paired.panel_id

    def start(self) -> None:
        self._spawn(self._tick())
        self._spawn(self._link.mind(self))

    @property
    def goes_on(self) -> bool:
        """Its machine is stepped; else whatever is lit is looked after by nobody but the panel itself."""
        return now_ms() - self._ticked_ms < STALLED_MS

    async def close(self) -> None:
        """The link is let go; nothing is turned off here: that was `Closing`."""
        await self._link.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Nothing of ours is lit or being turned off."""
        while self.state.run is not None or self.state.off is not None:
            self._settled.clear()
            await self._settled.wait()

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # ── The machine ──────────────────────────────────────────────────────────────────────────────────────────────────
    def post(self, event: Event) -> None:
        """Something happened. What is to be done for it is under way when this returns."""
        try:
            self.state, effects = step(self.state, event, now_ms())
            replies = [effect for effect in effects if isinstance(effect, Reply)]
            for effect in effects:
                if not isinstance(effect, Reply):
                    self._act(effect)
            self._settled.set()
            self._link.wanted(wants_link(self.state, now_ms()), urgent=busy(self.state))
            self.publish()
            for reply in replies:  # a person waits for what is lit; the server writes a result down first
                self._reply(reply)
        except Exception as error:
            log.critical("the session machine failed", panel=self.paired.name, event_kind=type(event).__name__, error=repr(error))
            self._failed(error)
            raise

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S if busy(self.state) else IDLE_TICK_S)
            self.post(Tick())
            self._ticked_ms = now_ms()

    def linked(self, conversation: Conversation | None, event: LinkUp) -> None:
        """A link is up; without a conversation nothing can be said over it."""
        self._conversation = conversation
        self._use.linked(event.mismatch, now_ms())
        self.post(event)

    def show(self, passkey: str | None) -> None:
        """Z16: on the phones that look at this panel."""
        self._use.passkey = passkey
        self.publish(anyway=True)

    def shut_out(self) -> None:
        self._use.shut_out(now_ms())
        self.publish()

    def pair_anew(self) -> None:
        """Z18: never while something is lit, or being turned off, nor a bond that is of use."""
        if self._use.wrong == "bond_lost" and not busy(self.state):
            self._link.pair_anew()
            self._use.pairs_anew(now_ms())
            self.publish()

    def publish(self, *, anyway: bool = False) -> None:
        """Tell the server what a person may be shown, on change and each second of a run."""
        shown = view(self.panel_id, self.state, now_ms()).model_copy(update=self._use.told(now_ms()))
        due = busy(self.state) and now_ms() - self._told_ms >= TELL_STATE_EVERY_MS
        if anyway or due or self._told is None or _matters(shown) != _matters(self._told):
            self._told, self._told_ms = shown, now_ms()
            self._outbox.panel_state(shown)

    # ── Hands ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def _act(self, effect: Effect) -> None:
        match effect:
            case Record():
                self._spawn(self._record(effect))
            case Tell():
                self._tell(effect)
            case KeepStop():
                self._journal.soon(lambda: self._journal.journal.keep_stop(effect.session_id, effect.run_no))
            case Close():
                self._journal.soon(lambda: self._journal.journal.close_run(effect.session_id, effect.run_no))
            case Reply():
                pass
            case _:
                self._operate(effect)

    async def _record(self, record: Record) -> None:
        """B21: on the disk before the light."""
        ok, why = False, "unready"
        try:
            ok = await self._journal.do(
                lambda: self._journal.journal.open_run(
                    panel_id=self.panel_id,
                    args=record.args,
                    clearance=record.clearance,
                    trace=record.trace,
                    now_ms=now_ms(),
                    planned_end_ms=record.planned_end_ms,
                    deadman_ms=record.deadman_ms,
                )
            )
            why = "" if ok else "repeated"
        except Exception as error:  # noqa: BLE001 - whatever the disk says: without a record there is no light
            log.error("run not recorded, so not started", error=str(error), trace=record.trace)
        self.post(Recorded(record.args.session_id, record.args.run_no, ok, why))

    def _reply(self, reply: Reply) -> None:
        log.info("result", ok=reply.ok, code=reply.code, detail=reply.detail, trace=reply.trace, panel=self.paired.name)
        self._outbox.result(
            wire.Result(command_id=reply.command_id, ok=reply.ok, code=reply.code, detail=reply.detail, trace=reply.trace)
        )

    def _tell(self, told: Tell) -> None:
        log.info(
            "run", event_name=told.event, end_reason=told.end_reason, off_confirmed=told.off_confirmed, detail=told.detail,
            trace=told.trace, panel=self.paired.name,
        )  # fmt: skip
        self._journal.tell(
            panel_id=self.panel_id,
            at=datetime.now(UTC),
            counted_ms=told.counted_ms,
            session_id=told.session_id,
            run_no=told.run_no,
            event=told.event,
            levels_pct=told.levels_pct,
            on_time_s=told.on_time_s,
            full_level_s=told.full_level_s,
            confirmed=told.confirmed,
            end_reason=told.end_reason,
            off_confirmed=told.off_confirmed,
            detail=told.detail,
            trace=told.trace,
        )

    def _operate(self, effect: Write) -> None:
        """`OpDone` comes of each, later, however it ends: the machine waits for what is under way."""
        kind = _KINDS[type(effect)]

        def ended(outcome: Outcome) -> None:
            self.post(OpDone(effect.link_no, kind, outcome))

        try:
            outcome = self._ask(effect, ended)
        except ValueError as error:  # the panel's wire cannot say this
            log.error("order not sent", order=kind, error=str(error))
            outcome = "refused"
        except Exception as error:  # noqa: BLE001 - a surprise of a driver is an order that failed, and must not end the machine
            log.error("order failed", order=kind, error=repr(error))
            outcome = "missed"
        if outcome is not None:
            asyncio.get_running_loop().call_soon(ended, outcome)

    def _ask(self, effect: Write, ended: Callable[[Outcome], None]) -> Outcome | None:
        """None: it is under way. Raises ValueError."""
        conversation = self._conversation
        if conversation is None or effect.link_no != self.state.link_no:
            return "lost"
        if isinstance(effect, ReadStatus):
            conversation.ask_report(ended)
            return None
        # B12: the last look; what comes between it and the write drops the start
        if isinstance(effect, WriteStart) and not may_light(self.state, effect, now_ms()):
            return "withheld"
        exchange = exchange_of(conversation.driver, effect)
        if exchange is None:
            return "refused"
        life_s = (effect.not_after_ms - now_ms()) / 1000 if isinstance(effect, WriteStart) else None
        conversation.ask(exchange, ended, life_s)
        return None


def _matters(shown: wire.PanelState) -> dict[str, Any]:
    return shown.model_dump(include=_TOLD_ON_CHANGE)
