"""The radio's faults: a real D-Bus daemon, with a policy, a bluetoothd that is away, mute, off or too old [G20-G27]."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ble_bridge.doctor import bluetooth
from ble_bridge.doctor.bluetooth import Places
from ble_bridge.doctor.finding import Finding
from tests.ble_bridge.air import Air
from tests.ble_bridge.doctor.bus import DENY, adapter, bluetoothd, bus
from tests.ble_bridge.doctor.conftest import asked, write


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A machine with one adapter that nothing blocks."""
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / "adapters" / "hci0").mkdir(parents=True)
    switch = tmp_path / "switches" / "rfkill0"
    switch.mkdir(parents=True)
    for name, text in {"type": "bluetooth", "soft": "0", "hard": "0"}.items():
        (switch / name).write_text(f"{text}\n")
    return Places(tmp_path / "adapters", tmp_path / "switches")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="bus-") as name:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={name}/bus")
        yield Path(name)


def looked(places: Places) -> dict[str, Finding]:
    found = list(bluetooth.system(places))
    assert all(bool(one.mend) == (one.verdict != "ok") for one in found)
    return {one.rule: one for one in found}


def verdicts(found: dict[str, Finding]) -> dict[str, str]:
    return {rule: one.verdict for rule, one in found.items()}


def test_G20_no_adapter(places: Places, tmp_path: Path) -> None:
    assert verdicts(looked(Places(tmp_path / "none", tmp_path / "none"))) == {"G20": "wrong"}


def test_G20_another_system_asks_a_person(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert verdicts(looked(places)) == {"G20": "mind"}


@pytest.mark.parametrize(("switch", "words"), [("soft", "airplane mode"), ("hard", "by a switch or key")])
def test_G21_bluetooth_is_blocked(places: Places, short: Path, switch: str, words: str) -> None:
    (places.switches / "rfkill0" / switch).write_text("1\n")
    assert words in looked(places)["G21"].text
    (places.switches / "rfkill0" / "type").write_text("wlan\n")
    assert "G21" not in looked(places), "another radio's switch"


def test_G22_no_bus(places: Places, short: Path) -> None:
    found = looked(places)
    assert verdicts(found) == {"G20": "ok", "G22": "wrong"}
    assert "D-Bus system bus is not there" in found["G22"].text


def test_G23_a_policy_that_denies(places: Places, short: Path) -> None:
    with bus(short, DENY) as address, bluetoothd(address, [adapter()]):
        found = looked(places)
    assert verdicts(found) == {"G20": "ok", "G23": "wrong"}
    assert "bluetooth" in found["G23"].mend


def test_G24_no_bluetoothd(places: Places, short: Path) -> None:
    with bus(short):
        found = looked(places)
    assert verdicts(found) == {"G20": "ok", "G24": "wrong"}
    assert "not running" in found["G24"].text


def test_G24_a_bluetoothd_that_is_mute(places: Places, short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluetooth, "ANSWER_WITHIN_S", 0.5)
    with bus(short) as address, bluetoothd(address, [adapter()], silent=True):
        assert looked(places)["G24"].text == "bluetoothd does not answer"


def test_G25_G26_an_adapter_that_is_gone_off_too_old_or_well(places: Places, short: Path) -> None:
    with bus(short) as address:
        for adapters, rule, words in (
            ([], "G25", "knows no adapter"),
            ([adapter(powered=False)], "G25", "switched off"),
            ([adapter(roles=("peripheral",))], "G26", "too old"),
            ([adapter(powered=False), adapter()], "G25", "is on"),
        ):
            with bluetoothd(address, adapters):
                found = looked(places)
            assert words in found[rule].text
            assert (found[rule].verdict == "ok") == (words == "is on")


def test_G27_a_virtual_radio_is_asked_without_taking_it_from_its_bridge(air: Air, home: Path) -> None:
    write(home, "http://127.0.0.1:1", radios=f'["virtual:{air.socket()}"]')
    before = air.observer().state()
    found = asked(home)
    assert (found["G27"].verdict, "NIRWeb Virtual Panel" in found["G27"].text) == ("ok", True)
    assert air.observer().state()["connected"] == before["connected"]
    assert os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") is None
