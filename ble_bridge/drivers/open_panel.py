"""Driver of the open panel profile, version 1. Pure; numbers in brackets are rules of `docs/panel-service.md`."""

from collections.abc import Mapping
from typing import Final

from ble_bridge.contract import limits
from ble_bridge.contract.wire import EndReason
from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.drivers.driver import Answer, Exchange, Rank, UnfitPanelError
from ble_bridge.run_words import ChannelRange, Facts, Levels, Outcome, Report

_REASONS: Final[Mapping[wire.Reason, EndReason | None]] = {
    wire.Reason.NONE: None,
    wire.Reason.COMPLETED: "completed",
    wire.Reason.CLIENT: "client",
    wire.Reason.DEADMAN: "deadman",
    wire.Reason.LINK_LOST: "link_lost",
    wire.Reason.OVER_TEMPERATURE: "over_temperature",
    wire.Reason.BUTTON: "button",
    wire.Reason.POWER: "power",
}
_OUTCOMES: Final[Mapping[wire.Result, Outcome]] = {
    wire.Result.SUCCESS: "ok",
    wire.Result.BUSY: "busy",
    wire.Result.FAULT_LATCHED: "fault",
}
_COLDEST_C, _HOTTEST_C = -60.0, 200.0
_OLD: Final = 2
"""A counter behind the last one by so little was overtaken on its way [S46]; by more, the panel began to count anew."""


def deadman_ms(info: wire.PanelInfo) -> int:
    """The dead-man to ask for [S52]; 0 where the panel's shortest is longer than the bridge may allow."""
    asked = min(limits.DEADMAN_MS, info.deadman_max_ms)
    return asked if asked >= info.deadman_min_ms else 0


class OpenPanel:
    """One panel that speaks the open profile."""

    subscriptions = (wire.CONTROL_POINT_UUID, wire.STATUS_UUID)
    status: str | None = wire.STATUS_UUID

    def __init__(self, information: bytes) -> None:
        """Raises UnfitPanelError when the information is not of this profile [S3, S50]."""
        try:
            self._info = wire.decode_info(information)
        except wire.WireError as error:
            raise UnfitPanelError(str(error)) from error
        self._seq = 0
        self._counter: int | None = None

    @property
    def serial(self) -> str:
        return self._info.serial

    @property
    def facts(self) -> Facts:
        info = self._info
        return Facts(
            channels=tuple(ChannelRange(c.wavelength_nm, c.min_pct, c.max_pct) for c in info.channels),
            safety="deadman",
            confirm="token",
            max_session_s=info.max_session_s,
            deadman_ms=deadman_ms(info),
            identifies=wire.Capability.IDENTIFY in info.capabilities,
            bonds=wire.Capability.BONDING in info.capabilities,
            answers=True,
        )

    # ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def start(self, token: int, duration_s: int, deadman_ms: int, levels_pct: Levels) -> Exchange:
        return self._ask(wire.Start(self._next_seq(), token, duration_s, deadman_ms, self._row(levels_pct)), "raise")

    def stop(self) -> Exchange:
        return self._ask(wire.Stop(self._next_seq()), "stop")

    def emergency_stop(self) -> Exchange:
        """Without response: it waits behind nothing [S20]."""
        return Exchange(wire.EMERGENCY_STOP_UUID, b"\x00", with_response=False, rank="beside")

    def keep_alive(self, token: int) -> Exchange:
        return self._ask(wire.KeepAlive(self._next_seq(), token))

    def set_levels(self, token: int, levels_pct: Levels) -> Exchange:
        return self._ask(wire.SetLevels(self._next_seq(), token, self._row(levels_pct)), "raise")

    def query(self) -> Exchange | None:
        return None  # the status is read

    def identify(self) -> Exchange | None:
        return self._ask(wire.Identify(self._next_seq())) if self.facts.identifies else None

    def _next_seq(self) -> int:
        self._seq = (self._seq + 1) & 0xFF
        return self._seq

    def _row(self, levels_pct: Levels) -> tuple[int, ...]:
        unknown = set(levels_pct) - {c.wavelength_nm for c in self._info.channels}
        if unknown:
            raise wire.WireError(f"the panel has no {sorted(unknown)} nm")
        return tuple(levels_pct.get(c.wavelength_nm, 0) for c in self._info.channels)

    def _ask(self, command: wire.Command, rank: Rank = "plain") -> Exchange:
        payload = wire.encode_command(command)
        return Exchange(wire.CONTROL_POINT_UUID, payload, answer=(payload[0], payload[1]), rank=rank)

    # ── What it says ─────────────────────────────────────────────────────────────────────────────────────────────────
    def hear(self, characteristic: str, payload: bytes) -> Report | Answer | None:
        try:
            if characteristic == wire.CONTROL_POINT_UUID:
                answer = wire.decode_answer(payload)
                return Answer((answer.op, answer.seq), _OUTCOMES.get(answer.result, "refused"))
            if characteristic == wire.STATUS_UUID:
                return self._report(wire.decode_status(payload, len(self._info.channels)))
        except wire.WireError:
            return None
        return None

    def _report(self, status: wire.Status) -> Report | None:
        if self._counter is not None and 0 < (self._counter - status.counter) & 0xFFFF <= _OLD:
            return None
        self._counter = status.counter
        return Report(
            running=status.state is wire.State.RUNNING,
            token=status.token,
            levels_pct={c.wavelength_nm: pct for c, pct in zip(self._info.channels, status.levels_pct, strict=True)},
            remaining_s=float(status.remaining_s),
            temperature_c=_plausible_c(status.temperature_dc),
            ended=_REASONS[status.reason],
            fault=status.state is wire.State.FAULT,
            blinking=wire.Flag.IDENTIFYING in status.flags,
        )


def _plausible_c(temperature_dc: int | None) -> float | None:
    """None for what no light source can have: such a reading is no reading, and in a run that is off [B27]."""
    if temperature_dc is None or not _COLDEST_C <= temperature_dc / 10 <= _HOTTEST_C:
        return None
    return temperature_dc / 10
