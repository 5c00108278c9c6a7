"""Pure: the bytes of the open panel profile, version 1. Numbers in brackets are rules of `docs/panel-service.md`.

Client and virtual panel share this module. Encoders refuse what cannot be said; decoders refuse malformed bytes whole [S53], and
neither clamps anything. Ranges that depend on the panel (its channels, longest session, dead-man) are `PanelInfo`'s to judge.
"""

import struct
from dataclasses import dataclass
from typing import Final

from ble_bridge.drivers.open_panel_info import ChannelInfo, PanelInfo, decode_info, encode_info
from ble_bridge.drivers.open_panel_terms import (
    ATT_CCCD_IMPROPERLY_CONFIGURED,
    ATT_INVALID_LENGTH,
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    INFORMATION_UUID,
    MAX_WIRE_CHANNELS,
    NOT_MEASURED,
    SERVICE_UUID,
    STATUS_BYTES,
    STATUS_UUID,
    Capability,
    Flag,
    Op,
    Reason,
    Result,
    State,
    WireError,
    pack,
    unpack,
)

__all__ = [
    "ATT_CCCD_IMPROPERLY_CONFIGURED", "ATT_INVALID_LENGTH", "CONTROL_POINT_UUID", "EMERGENCY_STOP_UUID", "INFORMATION_UUID",
    "SERVICE_UUID", "STATUS_BYTES", "STATUS_UUID",
    "Answer", "Capability", "ChannelInfo", "Command", "Flag", "Identify", "KeepAlive", "Op", "PanelInfo", "Reason",
    "RefusedCommandError", "Result", "SetLevels", "Start", "State", "Status", "Stop", "WireError",
    "decode_answer", "decode_command", "decode_info", "decode_status",
    "encode_answer", "encode_command", "encode_info", "encode_status",
]  # fmt: skip

_U8, _U32 = 0xFF, 0xFFFF_FFFF
_START = struct.Struct("<BBIHHB")
_TOKEN = struct.Struct("<BBI")
_ANSWER = struct.Struct("<BBBB")
_STATUS = struct.Struct("<BBHIHH4BhH")
_ANSWER_OP: Final = 0x80
_TWO_BYTES: Final = 2
_OPS, _RESULTS, _STATES, _REASONS = frozenset(Op), frozenset(Result), frozenset(State), frozenset(Reason)


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Start:
    seq: int
    token: int
    duration_s: int
    deadman_ms: int
    levels_pct: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    seq: int


@dataclass(frozen=True, slots=True)
class KeepAlive:
    seq: int
    token: int


@dataclass(frozen=True, slots=True)
class SetLevels:
    seq: int
    token: int
    levels_pct: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Identify:
    seq: int


Command = Start | Stop | KeepAlive | SetLevels | Identify


class RefusedCommandError(WireError):
    """A command that the panel answers with `result` without looking further [S11, S18]."""

    def __init__(self, op: int, seq: int, result: Result) -> None:
        super().__init__(f"op {op:#04x} seq {seq}: {result.name}")
        self.op, self.seq, self.result = op, seq, result


def encode_command(command: Command) -> bytes:
    """Raises WireError when a field does not fit its width, or says nothing a panel may do (token 0, no lit channel)."""
    match command:
        case Start(seq, token, duration_s, deadman_ms, levels_pct):
            _check_token(token)
            if duration_s < 1 or deadman_ms < 1:
                raise WireError("a start needs a duration and a dead-man")
            levels = _levels(levels_pct)
            return pack(_START, Op.START, seq, token, duration_s, deadman_ms, len(levels)) + levels
        case KeepAlive(seq, token):
            _check_token(token)
            return pack(_TOKEN, Op.KEEP_ALIVE, seq, token)
        case SetLevels(seq, token, levels_pct):
            _check_token(token)
            return pack(_TOKEN, Op.SET_LEVELS, seq, token) + _levels(levels_pct)
        case Stop(seq):
            return _two_bytes(Op.STOP, seq)
        case Identify(seq):
            return _two_bytes(Op.IDENTIFY, seq)


def decode_command(data: bytes) -> Command:
    """The panel's side. Raises RefusedCommandError with the answer to give, or WireError for an empty write [S18]."""
    if not data:
        raise WireError("empty command")
    op, seq = data[0], data[1] if len(data) > 1 else 0
    if op == Op.STOP:
        return Stop(seq)
    if op not in _OPS:
        raise RefusedCommandError(op, seq, Result.NOT_SUPPORTED)
    command = _decode_arguments(Op(op), seq, data)
    if command is None:
        raise RefusedCommandError(op, seq, Result.INVALID)
    return command


def _decode_arguments(op: Op, seq: int, data: bytes) -> Command | None:
    if op is Op.IDENTIFY:
        return Identify(seq) if len(data) == _TWO_BYTES else None
    head = _START if op is Op.START else _TOKEN
    if len(data) < head.size:
        return None
    _, _, token, *rest = head.unpack_from(data)
    levels = tuple(data[head.size :])
    if token == 0 or (op is Op.KEEP_ALIVE and levels):
        return None
    if op is Op.START:
        duration_s, deadman_ms, count = rest
        return Start(seq, token, duration_s, deadman_ms, levels) if count == len(levels) else None
    return KeepAlive(seq, token) if op is Op.KEEP_ALIVE else SetLevels(seq, token, levels)


# ── Answers and status ───────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Answer:
    op: int
    """As it was written; one that the panel does not know comes back with NOT_SUPPORTED."""
    seq: int
    result: Result


def encode_answer(answer: Answer) -> bytes:
    return pack(_ANSWER, _ANSWER_OP, answer.op, answer.seq, answer.result)


def decode_answer(data: bytes) -> Answer:
    head, op, seq, result = unpack(_ANSWER, data)
    if head != _ANSWER_OP or result not in _RESULTS:
        raise WireError(f"not an answer: {data.hex()}")
    return Answer(op, seq, Result(result))


@dataclass(frozen=True, slots=True)
class Status:
    state: State
    reason: Reason
    flags: Flag
    token: int
    remaining_s: int
    deadman_left_ms: int
    levels_pct: tuple[int, ...]
    """What the outputs give, one for each channel of the panel [S42]."""
    temperature_dc: int | None
    """Tenths of a degree Celsius; None when not measured [S44]."""
    counter: int

    def runs(self, token: int) -> bool:
        """Whether the run of this token is in progress: the only proof that there is [S41]."""
        return self.state is State.RUNNING and self.token == token and token != 0

    @property
    def dark(self) -> bool:
        """Whether the panel itself reports every output off and no run in progress."""
        return self.state is not State.RUNNING and not any(self.levels_pct)


def encode_status(status: Status) -> bytes:
    if max(status.levels_pct, default=0) > 100:
        raise WireError(f"levels {status.levels_pct}")
    levels = (*status.levels_pct, *(0,) * (MAX_WIRE_CHANNELS - len(status.levels_pct)))
    temperature = NOT_MEASURED if status.temperature_dc is None else status.temperature_dc
    return pack(
        _STATUS,
        status.state,
        status.reason,
        status.flags,
        status.token,
        status.remaining_s,
        status.deadman_left_ms,
        *levels,
        temperature,
        status.counter,
    )


def decode_status(data: bytes, channel_count: int) -> Status:
    """Raises WireError for another length, an unknown state or reason, a level over 100, or one on a channel it lacks."""
    state, reason, flags, token, remaining_s, deadman_left_ms, *levels, temperature, counter = unpack(_STATUS, data)
    if state not in _STATES or reason not in _REASONS:
        raise WireError(f"state {state}, reason {reason}")
    if max(levels) > 100 or any(levels[channel_count:]):
        raise WireError(f"levels {levels} on {channel_count} channels")
    known = Flag(flags & (Flag.LOCAL | Flag.OUTPUT_STUCK | Flag.IDENTIFYING))
    measured = None if temperature == NOT_MEASURED else temperature
    return Status(
        State(state), Reason(reason), known, token, remaining_s, deadman_left_ms, tuple(levels[:channel_count]), measured, counter
    )


# ── Shape ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _two_bytes(op: Op, seq: int) -> bytes:
    if not 0 <= seq <= _U8:
        raise WireError(f"seq {seq}")
    return bytes((op, seq))


def _levels(levels_pct: tuple[int, ...]) -> bytes:
    if not 1 <= len(levels_pct) <= MAX_WIRE_CHANNELS or not any(levels_pct) or not all(0 <= p <= 100 for p in levels_pct):
        raise WireError(f"levels {levels_pct}")
    return bytes(levels_pct)


def _check_token(token: int) -> None:
    if not 1 <= token <= _U32:
        raise WireError(f"token {token}")
