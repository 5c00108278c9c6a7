"""What is missing for the system's Bluetooth is told in plain words with what to do about it."""

from pathlib import Path

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError, BleakError

from ble_bridge.radio.system import NO_ADAPTER, NO_BLUETOOTHD, NO_BUS, NOT_ALLOWED, OFF, explain, no_adapter_seen

Reason = BleakBluetoothNotAvailableReason


def test_Z14_a_machine_without_an_adapter_is_told_from_one_without_its_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert no_adapter_seen(tmp_path / "none")
    assert no_adapter_seen(tmp_path)
    tmp_path.joinpath("hci0").mkdir()
    assert not no_adapter_seen(tmp_path)


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
