"""Pure: the firmware of the virtual panel, without clock or Bluetooth. Numbers in brackets are rules of `docs/panel-service.md`.

Every method takes the present moment in seconds of a monotonic clock. Timer, dead-man and heat act in `advance`, which each
method calls first: they depend on nothing that a radio does.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ble_bridge.drivers.open_panel_wire import (
    Capability,
    ChannelInfo,
    Command,
    Flag,
    Identify,
    KeepAlive,
    PanelInfo,
    Reason,
    Result,
    SetLevels,
    Start,
    State,
    Status,
    Stop,
)
from ble_bridge.virtual.thermal import COOLED_C, CUT_OUT_C, Heat

IDENTIFY_S: Final = 3.0
REMEMBERED_TOKENS: Final = 8
BUTTON_SESSION_S: Final = 600
BUTTON_LEVEL_PCT: Final = 50


class FaultName(StrEnum):
    """What can be switched on to go wrong [S70-S76]."""

    MUTE = "mute"
    SLOW = "slow"
    DROP_LINK = "drop_link"
    STUCK_CHANNEL = "stuck_channel"
    NO_NOTIFY = "no_notify"
    HOT = "hot"
    NO_STATUS = "no_status"


def panel_info(serial: str, *, bonds: bool = False) -> PanelInfo:
    return PanelInfo(
        capabilities=Capability.IDENTIFY | Capability.TEMPERATURE | (Capability.BONDING if bonds else Capability(0)),
        max_session_s=1800,
        deadman_min_ms=500,
        deadman_max_ms=10_000,
        channels=(ChannelInfo(660, 5, 100), ChannelInfo(850, 10, 100)),
        serial=serial,
    )


@dataclass(slots=True)
class Memory:
    """What a loss of power does not take [S13, S41]."""

    tokens: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED_TOKENS))
    token: int = 0
    reason: Reason = Reason.NONE

    def begin(self, token: int) -> None:
        """Written before the light goes on. Until a run ends in another way, it was cut by a loss of power [S33]."""
        if token:
            self.tokens.append(token)
        self.token, self.reason = token, Reason.POWER


@dataclass(slots=True)
class Run:
    token: int
    levels_pct: tuple[int, ...]
    ends_s: float
    deadman_ms: int
    dead_s: float
    """When nothing arms the dead-man before; infinite for a run of the panel's own [S35]."""

    @property
    def local(self) -> bool:
        return self.token == 0


class PanelModel:
    """One panel with power on."""

    def __init__(self, info: PanelInfo, now_s: float) -> None:
        self.info = info
        self.faults: set[FaultName] = set()
        self.memory = Memory()
        self.run: Run | None = None
        self.latched = False
        self._stuck_pct: dict[int, int] = {}
        self._heat = Heat()
        self._heat_at_s = now_s
        self._identify_until_s = -math.inf
        self._counter = 0

    # ── What it shows ────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def output_pct(self) -> tuple[int, ...]:
        """True light output by channel. The indicator that identify blinks is not light output."""
        lit = self.run.levels_pct if self.run else (0,) * len(self.info.channels)
        return tuple(max(level, self._stuck_pct.get(i, 0)) for i, level in enumerate(lit))

    @property
    def state(self) -> State:
        if self.run:
            return State.RUNNING
        return State.FAULT if self.latched else State.IDLE

    @property
    def stuck(self) -> bool:
        return bool(self._stuck_pct)

    def temperature_c(self, now_s: float) -> float:
        return self._heat.after(now_s - self._heat_at_s)

    def identifying(self, now_s: float) -> bool:
        return now_s < self._identify_until_s

    def status(self, now_s: float) -> Status:
        """As it stands, not yet sent: the counter is that of the next one [S46]."""
        self.advance(now_s)
        run = self.run
        return Status(
            state=self.state,
            reason=Reason.NONE if run else self.memory.reason,
            flags=self._flags(now_s),
            token=self.memory.token,
            remaining_s=math.ceil(run.ends_s - now_s) if run else 0,
            deadman_left_ms=math.ceil((run.dead_s - now_s) * 1000) if run and not run.local else 0,
            levels_pct=self.output_pct,
            temperature_dc=round(self.temperature_c(now_s) * 10),
            counter=(self._counter + 1) & 0xFFFF,
        )

    def take_status(self, now_s: float) -> Status:
        """To be sent or read: counted [S46]."""
        status = self.status(now_s)
        self._counter = status.counter
        return status

    def _flags(self, now_s: float) -> Flag:
        flags = Flag(0)
        if self.run and self.run.local:
            flags |= Flag.LOCAL
        if self.stuck:
            flags |= Flag.OUTPUT_STUCK
        if self.identifying(now_s):
            flags |= Flag.IDENTIFYING
        return flags

    # ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    def next_event_s(self, now_s: float) -> float | None:
        """When `advance` has to be called at the latest; None when nothing is due."""
        due = [at for at, _ in self._ends()]
        if self.identifying(now_s):
            due.append(self._identify_until_s)
        return min((at for at in due if at < math.inf), default=None)

    def advance(self, now_s: float) -> None:
        """Lets timer, dead-man and heat act [S30, S31, S34]. What was due first counts as the reason."""
        at_s, reason = min(self._ends(), default=(math.inf, Reason.NONE))
        if at_s > now_s:
            self._warm(now_s)
            return
        if reason is Reason.OVER_TEMPERATURE:
            self.latched = True
        self._end(reason, now_s)

    def _ends(self) -> list[tuple[float, Reason]]:
        ends = [(self.run.ends_s, Reason.COMPLETED), (self.run.dead_s, Reason.DEADMAN)] if self.run else []
        to_cut_out_s = None if self.latched else self._heat.seconds_to(CUT_OUT_C)
        if to_cut_out_s is not None:
            ends.append((self._heat_at_s + to_cut_out_s, Reason.OVER_TEMPERATURE))
        return ends

    def _warm(self, now_s: float) -> None:
        """Settles the heat so far, then goes on with the present outputs."""
        load = sum(self.output_pct) / (100 * len(self.info.channels))
        hot = FaultName.HOT in self.faults
        self._heat = Heat(self.temperature_c(now_s), load, hot)
        self._heat_at_s = now_s

    def _end(self, reason: Reason, now_s: float) -> None:
        """Off on every channel, but for one that is stuck [S36, S73]."""
        run, self.run = self.run, None
        if run:
            self.memory.reason = reason
            if FaultName.STUCK_CHANNEL in self.faults:
                stuck = next(i for i, level in enumerate(run.levels_pct) if level)
                self._stuck_pct[stuck] = run.levels_pct[stuck]
                self.latched = True
        self._warm(now_s)

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def command(self, command: Command, now_s: float) -> Result:
        """Acts and says the result to answer [S10-S17]."""
        self.advance(now_s)
        match command:
            case Start():
                return self._start(command, now_s)
            case Stop():
                self._end(Reason.CLIENT, now_s)
                return Result.FAILED if any(self.output_pct) else Result.SUCCESS
            case KeepAlive():
                return self._steer(command.token, None, now_s)
            case SetLevels():
                return self._steer(command.token, command.levels_pct, now_s)
            case Identify():
                return self._identify(now_s)

    def emergency_stop(self, now_s: float) -> None:
        self.advance(now_s)
        self._end(Reason.CLIENT, now_s)

    def _start(self, start: Start, now_s: float) -> Result:
        allowed = self.info.allows_start(duration_s=start.duration_s, deadman_ms=start.deadman_ms, levels_pct=start.levels_pct)
        if not allowed:
            return Result.INVALID
        if start.token in self.memory.tokens:
            return Result.SUCCESS
        if self.latched:
            return Result.FAULT_LATCHED
        if self.run:
            return Result.BUSY
        self._light(
            Run(start.token, start.levels_pct, now_s + start.duration_s, start.deadman_ms, now_s + start.deadman_ms / 1000), now_s
        )
        return Result.SUCCESS

    def _light(self, run: Run, now_s: float) -> None:
        self.memory.begin(run.token)
        self._identify_until_s = -math.inf
        self.run = run
        self._warm(now_s)

    def _steer(self, token: int, levels_pct: tuple[int, ...] | None, now_s: float) -> Result:
        if levels_pct is not None and not self.info.allows_levels(levels_pct):
            return Result.INVALID
        if not self.run:
            return Result.NOT_PERMITTED
        if token != self.run.token:
            return Result.WRONG_TOKEN
        self.run.dead_s = now_s + self.run.deadman_ms / 1000
        if levels_pct is not None:
            self.run.levels_pct = levels_pct
            self._warm(now_s)
        return Result.SUCCESS

    def _identify(self, now_s: float) -> Result:
        if self.run or self.latched:
            return Result.NOT_PERMITTED
        self._identify_until_s = now_s + IDENTIFY_S
        return Result.SUCCESS

    # ── Hands ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def press_button(self, now_s: float, *, lights: bool = True) -> None:
        """Off, or clears a fault whose cause is gone, or on if it `lights` [S35, S37, S62]."""
        self.advance(now_s)
        if self.run:
            self._end(Reason.BUTTON, now_s)
        elif self.latched:
            self.latched = self.stuck or self.temperature_c(now_s) >= COOLED_C
        elif lights:
            levels = (BUTTON_LEVEL_PCT,) * len(self.info.channels)
            self._light(Run(0, levels, now_s + BUTTON_SESSION_S, 0, math.inf), now_s)

    def cut_power(self, now_s: float) -> None:
        """Power lost and back: dark, with only what `Memory` keeps [S33]."""
        self.advance(now_s)
        self.run = None
        self._stuck_pct.clear()
        self._identify_until_s = -math.inf
        self._counter = 0
        self._warm(now_s)
        self.latched = self._heat.temperature_c >= COOLED_C and self.latched

    def set_fault(self, name: FaultName, on: bool, now_s: float) -> None:
        self.advance(now_s)
        if on:
            self.faults.add(name)
        else:
            self.faults.discard(name)
            if name is FaultName.STUCK_CHANNEL:
                self._stuck_pct.clear()
        self._warm(now_s)

    def forget_tokens(self) -> None:
        """As if its memory had been lost: what it alone would refuse, the bridge now has to."""
        self.memory.tokens.clear()

    def renew(self, now_s: float) -> None:
        """As it left the factory: dark, cool, without faults. It goes on remembering its tokens."""
        self.faults.clear()
        self.cut_power(now_s)
        self.latched = False
        self._heat = Heat()
        self._heat_at_s = now_s
