"""The driver of the open profile: orders to bytes, bytes to reports, nothing believed in part."""

from dataclasses import replace

import pytest

from ble_bridge.drivers.driver import Answer, UnfitPanelError
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.open_panel_wire import (
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    STATUS_UUID,
    Capability,
    Flag,
    Reason,
    State,
    Status,
    decode_command,
    encode_info,
    encode_status,
)
from ble_bridge.run_words import Report
from ble_bridge.virtual.model import panel_info

INFO = panel_info("SERIAL-1")
RUNNING = Status(State.RUNNING, Reason.NONE, Flag(0), 77, 60, 3000, (80, 50), 301, 5)


def driver() -> OpenPanel:
    return OpenPanel(encode_info(INFO))


def test_it_says_what_the_panel_says_of_itself() -> None:
    facts = driver().facts
    assert [c.wavelength_nm for c in facts.channels] == [660, 850]
    assert (facts.safety, facts.confirm, facts.deadman_ms, facts.max_session_s) == ("deadman", "token", 3000, 1800)
    assert facts.identifies
    assert driver().serial == "SERIAL-1"


@pytest.mark.parametrize("information", [b"", b"\x02" + encode_info(INFO)[1:], encode_info(INFO)[:-1]])
def test_it_refuses_a_device_whose_information_is_not_of_the_profile(information: bytes) -> None:
    with pytest.raises(UnfitPanelError):
        OpenPanel(information)


def test_S52_it_asks_for_three_seconds_of_dead_man_or_less_and_never_for_more() -> None:
    short = OpenPanel(encode_info(replace(INFO, deadman_max_ms=2_000)))
    assert short.facts.deadman_ms == 2_000
    slow = OpenPanel(encode_info(replace(INFO, deadman_min_ms=4_000)))
    assert slow.facts.deadman_ms == 0, "not usable"


def test_it_puts_levels_in_the_order_of_the_channels() -> None:
    start = driver().start(7, 60, 3000, {850: 50, 660: 80})
    assert start.characteristic == CONTROL_POINT_UUID
    command = decode_command(start.payload)
    assert command.levels_pct == (80, 50)  # type: ignore[union-attr]
    only = decode_command(driver().set_levels(7, {850: 20}).payload)
    assert only.levels_pct == (0, 20)  # type: ignore[union-attr]


def test_it_refuses_a_wavelength_that_the_panel_lacks() -> None:
    with pytest.raises(ValueError, match="630"):
        driver().start(7, 60, 3000, {630: 50})


def test_it_knows_the_answer_to_each_of_its_orders() -> None:
    panel = driver()
    first, second = panel.stop(), panel.keep_alive(7)
    assert first.answer != second.answer
    said = panel.hear(CONTROL_POINT_UUID, bytes((0x80, 2, first.payload[1], 1)))
    assert said == Answer(first.answer or (), "ok")


@pytest.mark.parametrize(
    ("result", "outcome"), [(1, "ok"), (2, "refused"), (3, "refused"), (4, "refused"), (7, "busy"), (8, "fault")]
)
def test_it_tells_answers_apart(result: int, outcome: str) -> None:
    said = driver().hear(CONTROL_POINT_UUID, bytes((0x80, 1, 1, result)))
    assert isinstance(said, Answer)
    assert said.outcome == outcome


def test_S20_its_emergency_stop_waits_for_no_answer() -> None:
    stop = driver().emergency_stop()
    assert stop.characteristic == EMERGENCY_STOP_UUID
    assert not stop.with_response
    assert stop.answer is None


def test_identify_only_where_the_panel_has_it() -> None:
    assert driver().identify() is not None
    assert OpenPanel(encode_info(replace(INFO, capabilities=Capability.TEMPERATURE))).identify() is None


def test_it_reports_what_the_status_says() -> None:
    report = driver().hear(STATUS_UUID, encode_status(RUNNING))
    assert report == Report(True, 77, {660: 80, 850: 50}, 60.0, 30.1, None)
    ended = replace(RUNNING, state=State.IDLE, reason=Reason.DEADMAN, levels_pct=(0, 0), temperature_dc=None, remaining_s=0)
    report = driver().hear(STATUS_UUID, encode_status(ended))
    assert report == Report(False, 77, {660: 0, 850: 0}, 0.0, None, "deadman")


def test_a_stuck_output_is_light_but_no_run() -> None:
    stuck = replace(RUNNING, state=State.FAULT, reason=Reason.CLIENT, levels_pct=(80, 0), flags=Flag.OUTPUT_STUCK)
    report = driver().hear(STATUS_UUID, encode_status(stuck))
    assert isinstance(report, Report)
    assert (report.running, report.lit, report.fault) == (False, True, True)


OVER_100 = bytes(12) + b"\x65" + bytes(7)
ON_A_CHANNEL_IT_LACKS = bytes(14) + b"\x01" + bytes(5)


@pytest.mark.parametrize("payload", [b"", bytes(19), bytes(21), b"\x09" + bytes(19), OVER_100, ON_A_CHANNEL_IT_LACKS])
def test_S53_malformed_bytes_are_not_believed_in_part(payload: bytes) -> None:
    assert driver().hear(STATUS_UUID, payload) is None
    assert driver().hear(CONTROL_POINT_UUID, payload) is None
    assert driver().hear("0000ffff-0000-1000-8000-00805f9b34fb", encode_status(RUNNING)) is None


def test_a_status_that_was_overtaken_is_old() -> None:
    panel = driver()
    assert panel.hear(STATUS_UUID, encode_status(replace(RUNNING, counter=0))) is not None
    assert panel.hear(STATUS_UUID, encode_status(replace(RUNNING, counter=0xFFFF))) is None, "from before the wrap"
    assert panel.hear(STATUS_UUID, encode_status(replace(RUNNING, counter=1))) is not None


@pytest.mark.parametrize("temperature_dc", [-601, 2001, 32767])
def test_B27_a_temperature_that_cannot_be_is_none(temperature_dc: int) -> None:
    report = driver().hear(STATUS_UUID, encode_status(replace(RUNNING, temperature_dc=temperature_dc)))
    assert isinstance(report, Report)
    assert report.temperature_c is None


def test_a_panel_may_begin_to_count_anew() -> None:
    panel = driver()
    assert panel.hear(STATUS_UUID, encode_status(replace(RUNNING, counter=500))) is not None
    assert panel.hear(STATUS_UUID, encode_status(replace(RUNNING, counter=1))) is not None
