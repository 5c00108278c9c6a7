"""A virtual panel with power on: the pure model on a real clock, its light recorded. Knows no Bluetooth."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, TypedDict

from ble_bridge.drivers.open_panel_wire import (
    Answer,
    PanelInfo,
    RefusedCommandError,
    decode_command,
    encode_info,
    encode_status,
)
from ble_bridge.virtual.light import LightRecord
from ble_bridge.virtual.model import FaultName, PanelModel
from ble_bridge.virtual.watchers import Watchers

STATUS_EVERY_S: Final = 1.0
"""While lit or in a fault [S46]."""


class PanelSnapshot(TypedDict):
    """What the observer tells of the panel itself. Times in seconds, levels in percent by wavelength in nm."""

    t: float
    state: str
    reason: str
    token: int
    light: dict[int, int]
    remaining_s: float
    deadman_left_s: float | None
    temperature_c: float
    local: bool
    stuck: bool
    identifying: bool
    faults: list[str]


class VirtualPanel:
    """Everything that may change the light goes through here, so that the record misses nothing."""

    def __init__(self, info: PanelInfo, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.model = PanelModel(info, clock())
        self.wavelengths_nm = tuple(c.wavelength_nm for c in info.channels)
        self.record = LightRecord(self.wavelengths_nm, clock())
        self.on_status: Callable[[], None] = lambda: None
        """Called when a status is due to be notified."""
        self._changed = asyncio.Event()
        self.watchers = Watchers()

    # ── What a client does ───────────────────────────────────────────────────────────────────────────────────────────
    def info(self) -> bytes:
        return encode_info(self.model.info)

    def status(self) -> bytes:
        now_s = self._clock()
        status = encode_status(self.model.take_status(now_s))
        self._look(now_s)
        return status

    def control(self, data: bytes) -> Answer:
        """Acts on a command. Raises WireError for an empty write [S18]."""
        try:
            command = decode_command(data)
        except RefusedCommandError as refused:
            return Answer(refused.op, refused.seq, refused.result)
        result = self.model.command(command, self._clock())
        self._settle()
        return Answer(data[0], command.seq, result)

    def emergency_stop(self) -> None:
        self.model.emergency_stop(self._clock())
        self._settle()

    # ── What hands and faults do ─────────────────────────────────────────────────────────────────────────────────────
    def press_button(self, *, lights: bool = True) -> None:
        self.model.press_button(self._clock(), lights=lights)
        self._settle()

    def cut_power(self) -> None:
        self.model.cut_power(self._clock())
        self._settle()

    def set_fault(self, name: FaultName, on: bool) -> None:
        self.model.set_fault(name, on, self._clock())
        self._settle()

    def forget_tokens(self) -> None:
        self.model.forget_tokens()

    def renew(self) -> None:
        """As new, with a new record."""
        self.model.renew(self._clock())
        self.record = LightRecord(self.wavelengths_nm, self._clock())
        self._settle()

    def has_fault(self, name: FaultName) -> bool:
        return name in self.model.faults

    # ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def run(self) -> None:
        """The hardware timer, and when a status is due. Runs until cancelled."""
        told: object = None
        told_s = self._clock()
        while True:
            now_s = self._clock()
            status = self.model.status(now_s)
            self._look(now_s)
            to_tell = (status.state, status.reason, status.flags, status.token, status.levels_pct)
            busy = any(status.levels_pct) or self.model.latched
            if to_tell != told or (busy and now_s - told_s >= STATUS_EVERY_S):
                told, told_s = to_tell, now_s
                self.on_status()
                self.watchers.tell()
            self._changed.clear()
            await self._wait(self._next_s(now_s, told_s + STATUS_EVERY_S if busy else None) - self._clock())

    def _next_s(self, now_s: float, status_due_s: float | None) -> float:
        due = [at for at in (self.model.next_event_s(now_s), status_due_s) if at is not None]
        return min(due, default=now_s + 60.0)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):  # `wait_for` of 3.11 swallows a cancellation in the moment of a change
                await self._changed.wait()
        except TimeoutError:
            return

    def _settle(self) -> None:
        self._look(self._clock())
        self._changed.set()

    def _look(self, now_s: float) -> None:
        """Whoever asks the model may thereby let its timer act."""
        if self.record.note(self.model.output_pct, now_s):
            self._changed.set()

    # ── What the observer sees ───────────────────────────────────────────────────────────────────────────────────────
    def snapshot(self) -> PanelSnapshot:
        now_s = self._clock()
        status = self.model.status(now_s)
        self._look(now_s)
        run = self.model.run
        return PanelSnapshot(
            t=now_s,
            state=status.state.name.lower(),
            reason=status.reason.name.lower(),
            token=status.token,
            light=dict(zip(self.wavelengths_nm, self.model.output_pct, strict=True)),
            remaining_s=run.ends_s - now_s if run else 0.0,
            deadman_left_s=run.dead_s - now_s if run and not run.local else None,
            temperature_c=round(self.model.temperature_c(now_s), 1),
            local=bool(run and run.local),
            stuck=self.model.stuck,
            identifying=self.model.identifying(now_s),
            faults=sorted(self.model.faults),
        )
