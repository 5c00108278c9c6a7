"""A world without clock or radio for the session machine: the real driver, the real firmware model, virtual time.

What the machine believes proves nothing: `accounts` are taken from the firmware's outputs. Rules that must hold at every step
are asserted here, so every test checks them.
"""

from typing import Any
from uuid import UUID

from ble_bridge.contract import limits
from ble_bridge.contract.wire import Clearance, SetLevelsArgs, StartArgs
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.open_panel_wire import (
    encode_info,
)
from ble_bridge.panel_view import view
from ble_bridge.run_model import PanelState
from ble_bridge.run_words import (
    Close,
    Effect,
    Event,
    KeepStop,
    LevelsGranted,
    LinkDown,
    LinkUp,
    OpDone,
    ReadStatus,
    Record,
    Recorded,
    Reply,
    Reported,
    Restored,
    StartGranted,
    StopAsked,
    StopsRestored,
    Tell,
    Tick,
    WriteEmergency,
    WriteIdentify,
    WriteKeepAlive,
    WriteLevels,
    WriteOff,
    WriteStart,
    token_of,
)
from ble_bridge.runner import busy, may_light, step, wants_link
from tests.ble_bridge.world_air import Air
from tests.ble_bridge.world_terms import PANEL, SESSION, TICK_MS, Account, Levels, clearance, start_args


class World(Air):
    """One bridge, one panel, one radio between them."""

    def __init__(self, *, latency_ms: int = 20, seed: int = 1, now_ms: int = 50_000) -> None:
        super().__init__(seed, now_ms, latency_ms)
        self.journal_ms = 3
        self.write_ms = 0
        """Between the decision to light and the bytes."""
        self.auto_link = True
        self.mismatch = ""
        self.journal_works = True
        self.state = PanelState()
        self.effects: list[Effect] = []
        self.journal: dict[tuple[UUID, int], Record] = {}
        self.counted: dict[tuple[UUID, int], int] = {}
        self.open: set[tuple[UUID, int]] = set()
        self.started: set[tuple[UUID, int]] = set()
        self.replies: dict[UUID, list[Reply]] = {}
        self.command_no = 100
        self.stops: dict[UUID, int] = {}
        self.stopped: set[tuple[UUID, int]] = set()
        self._every(TICK_MS, self._tick)
        self._every(50, self._poll_panel)

    def __str__(self) -> str:
        return str(self.view())

    # ── The machine ──────────────────────────────────────────────────────────────────────────────────────────────────
    def send(self, event: Event) -> "World":
        self.state, effects = step(self.state, event, self.now_ms)
        for effect in effects:
            self.effects.append(effect)
            self._act(effect)
        if self.state.off_confirmed and self.state.run is None and self.state.off is None:
            self._check_off_is_true(event)
        return self

    def tell(self, event: Event) -> None:
        self.send(event)

    def _check_off_is_true(self, event: Event) -> None:
        """P7: off is confirmed only on the panel's word; its word was true when it was given."""
        token = self.state.last.token if self.state.last else None
        if self.lit and isinstance(event, Reported) and not event.report.lit:
            assert self.model.memory.token != token or self.model.run is None, "off confirmed of a lit run"

    def _tick(self) -> None:
        if busy(self.state) or self.now_ms % 1000 < TICK_MS:
            self.send(Tick())
        if self.state.run is not None and view(PANEL, self.state, self.now_ms).run == "running":
            assert self.now_ms - self.proof_ms <= limits.STATUS_SILENCE_MS + TICK_MS, "running without proof"
        if self.auto_link:
            self._mind_link()

    def _mind_link(self) -> None:
        wanted = wants_link(self.state, self.now_ms) and self.in_range
        if wanted and not self.linked:
            self.link_up()

    def link_up(self, facts: Any = None) -> "World":
        self.linked = True
        self.link_no += 1
        self.misses = 0
        self.driver = OpenPanel(encode_info(self.model.info))
        self.last_status = None
        return self.send(LinkUp(self.link_no, facts or self.driver.facts, self.mismatch))

    def link_down(self) -> "World":
        if self.linked:
            self.linked = False
            self.send(LinkDown())
        return self

    def crash(self) -> "World":
        """kill -9 of the bridge: all that it had in memory is gone, what it wrote to the journal is not."""
        self.epoch += 1
        self.linked = False
        self.state = PanelState()
        return self

    def restart(self) -> "World":
        self.send(StopsRestored(dict(self.stops)))
        for key in sorted(self.open):
            record = self.journal[key]
            self.send(
                Restored(record.args, record.clearance, record.trace, self.counted[key], record.planned_end_ms, record.deadman_ms)
            )
        return self

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def command(self) -> UUID:
        self.command_no += 1
        return UUID(int=self.command_no)

    def grant(
        self, args: StartArgs | None = None, cleared: Clearance | None = None, *, took_ms: int = 30, life_ms: int = 10_000
    ) -> UUID:
        command_id = self.command()
        granted = StartGranted(
            command_id, "trace-of-start", args or start_args(), cleared or clearance(), self.now_ms - took_ms, life_ms
        )
        self.send(granted)
        return command_id

    def set_levels(self, levels_pct: Levels, session: UUID = SESSION, *, took_ms: int = 30) -> UUID:
        command_id = self.command()
        args = SetLevelsArgs(session_id=session, panel_id=PANEL, levels_pct=levels_pct)
        self.send(LevelsGranted(command_id, "trace-of-levels", args, self.now_ms - took_ms, 10_000))
        return command_id

    def stop(self, session: UUID | None = SESSION, run_no: int | None = None, *, emergency: bool = False) -> UUID:
        command_id = self.command()
        run = self.state.run
        if session is not None:
            upto = run_no or 1000
            self.stopped |= {(session, n) for n in range(1, upto + 1)}
        elif run is not None:
            self.stopped.add((run.args.session_id, run.args.run_no))
        self.send(StopAsked(command_id, "trace-of-stop", session, run_no, emergency))
        return command_id

    def reply(self, command_id: UUID) -> Reply | None:
        replies = self.replies.get(command_id, [])
        assert len(replies) <= 1, f"B15: {replies}"
        return replies[0] if replies else None

    def code(self, command_id: UUID) -> str | None:
        reply = self.reply(command_id)
        return None if reply is None else reply.code

    def lit_up(self, args: StartArgs | None = None, cleared: Clearance | None = None) -> UUID:
        """A start that went well: running, by the panel's word."""
        command_id = self.grant(args, cleared)
        self.until(lambda: self.view().run == "running", 3_000)
        assert self.code(command_id) == "ok"
        assert self.lit
        return command_id

    def view(self) -> Any:
        return view(PANEL, self.state, self.now_ms)

    def told(self, event: str) -> list[Tell]:
        return [e for e in self.effects if isinstance(e, Tell) and e.event == event]

    def wrote(self, kind: type) -> list[Any]:
        return [e for e in self.effects if isinstance(e, kind)]

    # ── Effects ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _act(self, effect: Effect) -> None:
        match effect:
            case Record():
                self._record(effect)
            case Reply():
                replies = self.replies.setdefault(effect.command_id, [])
                replies.append(effect)
                assert len(replies) == 1, f"B15: more than one result: {replies}"
            case Tell():
                self._tell(effect)
            case KeepStop():
                self.stops[effect.session_id] = effect.run_no
            case Close():
                key = (effect.session_id, effect.run_no)
                self.later(self.journal_ms, lambda: self.open.discard(key), self.epoch)
            case _:
                self._write(effect)

    def _record(self, record: Record) -> None:
        """On the disk after a while, told a little later: a crash may come before either."""
        key = (record.args.session_id, record.args.run_no)

        def written() -> None:
            fresh = key not in self.journal
            if fresh and self.journal_works:
                self.journal[key] = record
                self.counted[key] = self.now_ms
                self.open.add(key)
            ok = fresh and self.journal_works
            told = Recorded(*key, ok=ok, why="" if ok else ("unready" if fresh else "repeated"))
            self.later(1, lambda: self.tell(told), self.epoch)

        self.later(self.journal_ms, written, self.epoch)

    def _tell(self, told: Tell) -> None:
        if told.event != "dose" or told.session_id is None or told.run_no is None:
            return
        account = self.accounts.setdefault(token_of(told.session_id, told.run_no), Account())
        account.told_on_s += told.on_time_s or 0
        account.told_confirmed = account.told_confirmed and told.confirmed
        for nm, seconds in (told.full_level_s or {}).items():
            account.told_full_level_s[nm] = account.told_full_level_s.get(nm, 0) + seconds
        self.counted[(told.session_id, told.run_no)] = told.counted_ms or 0

    def _write(self, effect: Any) -> None:
        assert effect.link_no == self.link_no, "written to a link that is gone"
        match effect:
            case WriteOff():
                self._exchange("off", self.driver.stop())
            case WriteEmergency():
                self._emergency(self.driver.emergency_stop())
            case WriteStart():
                self._check_start(effect)
                self.later(self.write_ms, lambda: self._start(effect), self.epoch)
            case WriteLevels():
                self._check_gate(effect.token)
                self._exchange("levels", self.driver.set_levels(effect.token, effect.levels_pct))
            case WriteKeepAlive():
                self._check_gate(effect.token)
                self._exchange("keep_alive", self.driver.keep_alive(effect.token))
            case WriteIdentify():
                exchange = self.driver.identify()
                assert exchange is not None
                self._exchange("identify", exchange)
            case ReadStatus():
                self._read()
            case _:
                raise AssertionError(effect)

    def _start(self, effect: WriteStart) -> None:
        if not may_light(self.state, effect, self.now_ms):
            self.send(OpDone(effect.link_no, "start", "withheld"))
            return
        self._exchange(
            "start", self.driver.start(effect.token, effect.duration_s, effect.deadman_ms or 10_000, effect.levels_pct)
        )

    def _check_start(self, effect: WriteStart) -> None:
        run = self.state.run
        assert run is not None
        key = (run.args.session_id, run.args.run_no)
        assert key in self.open, "B21: an on without its journal record"
        assert key not in self.started, "B22: a second on for the same run"
        assert key not in self.stopped, "B14: an on after its stop"
        assert self.now_ms < run.not_after_ms, "B12: an on after its life"
        assert self.model.run is None or self.model.run.local, "B21: an on before off"
        self.started.add(key)

    def _check_gate(self, token: int) -> None:
        run = self.state.run
        assert run is not None
        assert run.token == token
        assert self.now_ms - self.proof_ms < limits.STATUS_SILENCE_MS, "B25: keep-alive without a fresh proof"
        assert run.ending is None, "B25: keep-alive while being stopped"
        assert self.state.link == "connected", "B25: keep-alive on a suspect link"
        assert self.now_ms <= run.planned_end_ms, "B26: keep-alive after the plan"
