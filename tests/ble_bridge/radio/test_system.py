"""What is missing for the system's Bluetooth is told in plain words with what to do about it."""

from pathlib import Path

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError, BleakError

from ble_bridge.radio.system import NO_ADAPTER, NO_BLUETOOTHD, NO_BUS, NOT_ALLOWED, OFF, explain, find_problem

Reason = BleakBluetoothNotAvailableReason


def test_no_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert find_problem(tmp_path / "none", tmp_path) == NO_ADAPTER
    assert find_problem(tmp_path, tmp_path) == NO_ADAPTER


def test_an_adapter_and_no_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DBUS_SYSTEM_BUS_ADDRESS", raising=False)
    tmp_path.joinpath("hci0").mkdir()
    assert find_problem(tmp_path, tmp_path / "no-socket") == NO_BUS
    assert find_problem(tmp_path, tmp_path / "hci0") == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BleakBluetoothNotAvailableError("x", Reason.NO_BLUETOOTH), NO_ADAPTER),
        (BleakBluetoothNotAvailableError("x", Reason.POWERED_OFF), OFF),
        (BleakBluetoothNotAvailableError("x", Reason.DENIED_BY_USER), NOT_ALLOWED),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", []), NOT_ALLOWED),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []), NO_BLUETOOTHD),
        (BleakDBusError("org.bluez.Error.NotReady", []), OFF),
        (FileNotFoundError("/run/dbus/system_bus_socket"), NO_BUS),
    ],
)
def test_a_failed_scan_says_what_to_do(error: Exception, words: str) -> None:
    assert explain(error) == words


def test_whatever_else_is_told_as_it_is() -> None:
    assert "odd" in explain(BleakError("odd"))
