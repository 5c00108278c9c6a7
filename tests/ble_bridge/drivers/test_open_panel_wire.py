"""The open panel's bytes, against vectors written by hand and against whatever Hypothesis finds."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ble_bridge.drivers import open_panel_wire as wire

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "panel_service.json").read_text(encoding="utf-8")
)
COMMANDS: Final = {
    "start": wire.Start,
    "stop": wire.Stop,
    "keep_alive": wire.KeepAlive,
    "set_levels": wire.SetLevels,
    "identify": wire.Identify,
}

u8 = st.integers(0, 255)
u16 = st.integers(0, 0xFFFF)
tokens = st.integers(1, 0xFFFF_FFFF)
levels = st.lists(st.integers(0, 100), min_size=1, max_size=4).filter(any).map(tuple)
commands = st.one_of(
    st.builds(wire.Start, u8, tokens, st.integers(1, 0xFFFF), st.integers(1, 0xFFFF), levels),
    st.builds(wire.Stop, u8),
    st.builds(wire.KeepAlive, u8, tokens),
    st.builds(wire.SetLevels, u8, tokens, levels),
    st.builds(wire.Identify, u8),
)
statuses = st.builds(
    wire.Status,
    st.sampled_from(wire.State),
    st.sampled_from(wire.Reason),
    st.integers(0, 7).map(wire.Flag),
    st.integers(0, 0xFFFF_FFFF),
    u16,
    u16,
    st.lists(st.integers(0, 100), min_size=2, max_size=2).map(tuple),
    st.one_of(st.none(), st.integers(-32767, 32767)),
    u16,
)


def command_of(kind: str, fields: dict[str, Any]) -> wire.Command:
    if "levels_pct" in fields:
        fields = {**fields, "levels_pct": tuple(fields["levels_pct"])}
    command: wire.Command = COMMANDS[kind](**fields)
    return command


def info_of(vector: dict[str, Any]) -> wire.PanelInfo:
    channels = tuple(wire.ChannelInfo(*c) for c in vector["channels"])
    fields = {k: vector[k] for k in ("max_session_s", "deadman_min_ms", "deadman_max_ms", "serial", "minor")}
    return wire.PanelInfo(capabilities=wire.Capability(vector["capabilities"]), channels=channels, **fields)


def status_of(vector: dict[str, Any]) -> wire.Status:
    fields = {k: v for k, v in vector.items() if k not in {"name", "channels", "bytes", "state", "reason", "flags", "levels_pct"}}
    return wire.Status(
        state=wire.State(vector["state"]),
        reason=wire.Reason(vector["reason"]),
        flags=wire.Flag(vector["flags"]),
        levels_pct=tuple(vector["levels_pct"]),
        **fields,
    )


@pytest.mark.parametrize("vector", VECTORS["info"], ids=lambda v: v["name"])
def test_S1_it_reads_and_writes_information_as_in_the_vectors(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["bytes"])
    assert wire.decode_info(data) == info_of(vector)
    assert wire.encode_info(info_of(vector)) == data


def test_S3_it_skips_what_a_later_minor_version_appends() -> None:
    vector = VECTORS["info_of_a_later_minor"]
    info = wire.decode_info(bytes.fromhex(vector["bytes"]))
    assert (info.capabilities, info.serial, info.minor) == (vector["capabilities"], vector["serial"], vector["minor"])


def test_S4_it_skips_capabilities_it_does_not_know() -> None:
    data = bytearray.fromhex(VECTORS["info"][0]["bytes"])
    data[3] = 0xFF
    assert wire.decode_info(bytes(data)) == info_of(VECTORS["info"][0])


@pytest.mark.parametrize("vector", VECTORS["info_refused"], ids=lambda v: v[0])
def test_S5_it_refuses_information_that_no_panel_may_give(vector: list[str]) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_info(bytes.fromhex(vector[1]))


@pytest.mark.parametrize("vector", VECTORS["commands"], ids=lambda v: v[0])
def test_S10_it_reads_and_writes_commands_as_in_the_vectors(vector: list[Any]) -> None:
    data, command = bytes.fromhex(vector[0]), command_of(vector[1], vector[2])
    assert wire.encode_command(command) == data
    assert wire.decode_command(data) == command


@pytest.mark.parametrize("vector", VECTORS["stop_in_any_shape"], ids=lambda v: v[0])
def test_S15_it_takes_a_stop_in_any_shape(vector: list[Any]) -> None:
    assert wire.decode_command(bytes.fromhex(vector[0])) == wire.Stop(vector[1])


@pytest.mark.parametrize("vector", VECTORS["commands_refused"], ids=lambda v: v[0])
def test_S11_it_refuses_malformed_commands_with_the_answer_to_give(vector: list[Any]) -> None:
    with pytest.raises(wire.RefusedCommandError) as refused:
        wire.decode_command(bytes.fromhex(vector[0]))
    assert [refused.value.op, refused.value.seq, refused.value.result] == vector[1:]


def test_S18_it_has_no_answer_to_an_empty_write() -> None:
    with pytest.raises(wire.WireError) as refused:
        wire.decode_command(b"")
    assert not isinstance(refused.value, wire.RefusedCommandError)


@pytest.mark.parametrize("vector", VECTORS["answers"], ids=lambda v: v[0])
def test_S10_it_reads_and_writes_answers_as_in_the_vectors(vector: list[Any]) -> None:
    data, answer = bytes.fromhex(vector[0]), wire.Answer(vector[1], vector[2], wire.Result(vector[3]))
    assert wire.encode_answer(answer) == data
    assert wire.decode_answer(data) == answer


@pytest.mark.parametrize("text", VECTORS["answers_refused"])
def test_S53_it_refuses_a_malformed_answer(text: str) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_answer(bytes.fromhex(text))


@pytest.mark.parametrize("vector", VECTORS["status"], ids=lambda v: v["name"])
def test_S40_it_reads_and_writes_status_as_in_the_vectors(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["bytes"])
    assert len(data) == wire.STATUS_BYTES
    assert wire.decode_status(data, vector["channels"]) == status_of(vector)
    assert wire.encode_status(status_of(vector)) == data


@pytest.mark.parametrize("vector", VECTORS["status_refused"], ids=lambda v: v[0])
def test_S53_it_refuses_a_malformed_status(vector: list[Any]) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_status(bytes.fromhex(vector[2]), vector[1])


def test_S41_only_state_and_token_together_say_that_a_run_is_lit() -> None:
    running, ended, _stuck, by_button = (status_of(v) for v in VECTORS["status"])
    assert running.runs(0xDEADBEEF)
    assert not running.runs(1)
    assert not ended.runs(0xDEADBEEF)
    assert not by_button.runs(0)


def test_S44_the_lowest_number_means_that_nothing_is_measured() -> None:
    measured, not_measured, below_freezing, _ = (status_of(v) for v in VECTORS["status"])
    assert [s.temperature_dc for s in (measured, not_measured, below_freezing)] == [315, None, -40]
    assert wire.encode_status(not_measured)[16:18] == b"\x00\x80"


def test_S45_it_skips_flags_it_does_not_know() -> None:
    data = bytearray.fromhex(VECTORS["status"][0]["bytes"])
    data[2:4] = b"\xf8\xff"
    assert wire.decode_status(bytes(data), 2).flags == wire.Flag(0)


def test_S42_it_calls_a_panel_dark_only_when_every_output_is() -> None:
    running, ended, stuck, _ = (status_of(v) for v in VECTORS["status"])
    assert [running.dark, ended.dark, stuck.dark] == [False, True, False]


@pytest.mark.parametrize(
    ("levels_pct", "fits"),
    [((5, 10), True), ((0, 100), True), ((100, 0), True), ((0, 0), False), ((4, 10), False), ((5, 9), False), ((101, 10), False),
     ((50,), False), ((50, 50, 0), False), ((-1, 50), False)],
)  # fmt: skip
def test_S11_a_level_is_zero_or_within_its_channel(levels_pct: tuple[int, ...], fits: bool) -> None:
    assert info_of(VECTORS["info"][0]).allows_levels(levels_pct) is fits


@pytest.mark.parametrize(
    ("duration_s", "deadman_ms", "fits"),
    [(1, 500, True), (1800, 10_000, True), (0, 3000, False), (1801, 3000, False), (600, 499, False), (600, 10_001, False)],
)
def test_S11_duration_and_deadman_stay_within_the_panels_ranges(duration_s: int, deadman_ms: int, fits: bool) -> None:
    info = info_of(VECTORS["info"][0])
    assert info.allows_start(duration_s=duration_s, deadman_ms=deadman_ms, levels_pct=(50, 50)) is fits


@pytest.mark.parametrize(
    "command",
    [
        wire.Start(0, 0, 60, 3000, (50,)), wire.Start(0, 1, 0, 3000, (50,)), wire.Start(0, 1, 60, 0, (50,)),
        wire.Start(0, 1, 65536, 3000, (50,)), wire.Start(0, 1, 60, 3000, (0, 0)), wire.Start(0, 1, 60, 3000, ()),
        wire.Start(0, 1, 60, 3000, (101,)), wire.Start(256, 1, 60, 3000, (50,)), wire.Start(0, 1 << 32, 60, 3000, (50,)),
        wire.Start(0, 1, 60, 3000, (1, 1, 1, 1, 1)), wire.Stop(256), wire.Stop(-1), wire.KeepAlive(0, 0), wire.KeepAlive(-1, 1),
        wire.SetLevels(0, 1, (0,)), wire.SetLevels(0, 0, (1,)),
    ],
)  # fmt: skip
def test_S11_it_never_encodes_what_cannot_be_said(command: wire.Command) -> None:
    with pytest.raises(wire.WireError):
        wire.encode_command(command)


@given(commands)
def test_it_reads_back_every_command_it_writes(command: wire.Command) -> None:
    assert wire.decode_command(wire.encode_command(command)) == command


@given(statuses)
def test_it_reads_back_every_status_it_writes(status: wire.Status) -> None:
    assert wire.decode_status(wire.encode_status(status), 2) == status


@given(st.binary(max_size=40))
@pytest.mark.parametrize("reads", [wire.decode_info, wire.decode_answer, lambda data: wire.decode_status(data, 4)])
def test_S53_it_reads_any_bytes_whole_or_refuses_them(reads: Callable[[bytes], object], data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        reads(data)


@given(st.binary(min_size=1, max_size=24))
def test_S10_every_write_has_a_command_or_an_answer(data: bytes) -> None:
    said: wire.Command | wire.RefusedCommandError
    try:
        said = wire.decode_command(data)
    except wire.RefusedCommandError as refused:
        said = refused
    assert said.seq == (data[1] if len(data) > 1 else 0)
