"""A panel with power on: the firmware's model in the world's time, and the record of its true light, which alone is judged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ble_bridge.drivers.open_panel_wire import Answer, RefusedCommandError, Start, decode_command, encode_answer, encode_status
from ble_bridge.virtual.model import FaultName, PanelModel, panel_info
from tests.sim.relay.world import NEVER, World

STATUS_EVERY_S: Final = 1.0


@dataclass
class Span:
    """Light of one run, from on to off. Token 0 is the panel's own button."""

    token: int
    on_s: float
    off_s: float | None = None
    highest_pct: dict[int, int] = field(default_factory=dict)
    full_level_s: dict[int, float] = field(default_factory=dict)
    stuck: bool = False
    """An output stayed on after the run's end: nothing that is written to such a panel turns it off."""


class Lamp:
    """`on_status` is called when a status is due to be notified."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.address = name  # as a radio found it
        self.model = PanelModel(panel_info(name.upper()), world.now_s)
        self.wavelengths_nm = [one.wavelength_nm for one in self.model.info.channels]
        self.spans: list[Span] = []
        self.dud = False
        """Says yes to a start, and does not light."""
        self.timer_broken = False
        """Its duration timer never ends a run; the dead-man does."""
        self.stops = 0
        self.mutes = 0
        self.acts_s = 0.0
        """When it acts on the last command that it has received."""
        self.on_status: Callable[[], None] = lambda: None
        self._lit_pct: tuple[int, ...] = (0, 0)
        self._lit_at_s = world.now_s
        self._told: object = None
        self._told_s = 0.0
        self._wake_no = 0

    # ── What a client does ───────────────────────────────────────────────────────────────────────────────────────────
    def control(self, payload: bytes) -> bytes:
        try:
            command = decode_command(payload)
        except RefusedCommandError as refused:
            return encode_answer(Answer(refused.op, refused.seq, refused.result))
        now_s = self.world.now_s
        before = self.model.run
        result = self.model.command(command, now_s)
        run = self.model.run
        if isinstance(command, Start) and run is not None and run is not before:
            if self.dud:
                self.model.run = None
            elif self.timer_broken:
                run.ends_s = NEVER
        self.world.note(self.name, "hears", type(command).__name__, result.name)
        self.look()
        return encode_answer(Answer(payload[0], command.seq, result))

    def emergency_stop(self) -> None:
        self.stops += 1
        self.model.emergency_stop(self.world.now_s)
        self.world.note(self.name, "hears emergency stop")
        self.look()

    def status(self) -> bytes:
        now_s, run = self.world.now_s, self.model.run
        stands = run if run is not None and run.ends_s == NEVER else None
        if stands is not None:
            stands.ends_s = now_s + 1  # what it shows of a timer that does not run
        status = self.model.take_status(now_s)
        if stands is not None:
            stands.ends_s = NEVER
        self.look()
        return encode_status(status)

    def has(self, *faults: FaultName) -> bool:
        return bool(self.model.faults & set(faults))

    # ── What hands and faults do ─────────────────────────────────────────────────────────────────────────────────────
    def fault(self, name: FaultName, *, on: bool) -> None:
        self.mutes += name is FaultName.MUTE and not on
        self.model.set_fault(name, on, self.world.now_s)
        self.look()

    def press_button(self) -> None:
        self.model.press_button(self.world.now_s)
        self.look()

    def cut_power(self) -> None:
        self.stops += 1
        self.model.cut_power(self.world.now_s)
        self.look()

    # ── Time and light ───────────────────────────────────────────────────────────────────────────────────────────────
    def look(self) -> None:
        """Books the light since the last look, and sees to it that the next change is looked at in time."""
        now_s = self.world.now_s
        self.model.advance(now_s)
        self._book(now_s)
        status = (
            self.model.state,
            self.model.memory.reason,
            self.model.memory.token,
            self._lit_pct,
            self.model.identifying(now_s),
        )
        busy = any(self._lit_pct) or self.model.latched
        if status != self._told or (busy and now_s - self._told_s >= STATUS_EVERY_S - 1e-6):
            self._told, self._told_s = status, now_s
            self.on_status()
        due = [at for at in (self.model.next_event_s(now_s), self._told_s + STATUS_EVERY_S if busy else None) if at is not None]
        self._wake_no += 1
        if due and min(due) < NEVER:
            wake_no = self._wake_no
            self.world.later(max(0.0, min(due) - now_s), lambda: self.look() if wake_no == self._wake_no else None)

    def _book(self, now_s: float) -> None:
        span = self.spans[-1] if self.spans and self.spans[-1].off_s is None else None
        if span is not None:
            for nm, pct in zip(self.wavelengths_nm, self._lit_pct, strict=True):
                span.full_level_s[nm] = span.full_level_s.get(nm, 0.0) + (now_s - self._lit_at_s) * pct / 100
        self._lit_at_s, output = now_s, self.model.output_pct
        token = self.model.memory.token
        if output == self._lit_pct and (span is None or span.token == token):
            if span is not None:
                span.stuck = span.stuck or self.model.stuck
            return
        self._lit_pct = output
        if span is not None and (not any(output) or span.token != token):
            span.off_s = now_s
            self.world.note(self.name, "DARK", self.model.memory.reason.name)
            span = None
        if any(output):
            if span is None:
                span = Span(token, now_s)
                self.spans.append(span)
            span.stuck = span.stuck or self.model.stuck
            span.highest_pct = {
                nm: max(pct, span.highest_pct.get(nm, 0)) for nm, pct in zip(self.wavelengths_nm, output, strict=True)
            }
            self.world.note(self.name, "LIT", dict(zip(self.wavelengths_nm, output, strict=True)), f"token {token:08x}")

    @property
    def lit(self) -> bool:
        return any(self.model.output_pct)
