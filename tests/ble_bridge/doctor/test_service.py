"""What doctor says of the service [G16, G17, G23], by a systemd that says what the test wants; of a real one: tests/boot."""

import getpass
import os
import sys
from pathlib import Path

import pytest

from ble_bridge.doctor import service
from ble_bridge.doctor.finding import Finding, ok, wrong
from ble_bridge.service import unit
from tests.ble_bridge.air import ROOT
from tests.ble_bridge.doctor.conftest import asked

WELL = {"ActiveState": "active", "SubState": "running", "UnitFileState": "enabled", "Result": "success", "NRestarts": "0"}


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """A machine with a service for the folder."""
    monkeypatch.setattr("ble_bridge.doctor.service.UNITS", tmp_path)
    install(tmp_path, home)
    return tmp_path


def install(units: Path, home: Path, user: str = "", group: str = "") -> None:
    wanted = unit.Wanted(sys.executable, (home,), user or getpass.getuser(), group, ROOT)
    (units / unit.NAME).write_text(unit.text(wanted))


def says(units: Path, monkeypatch: pytest.MonkeyPatch, **words: str) -> None:
    """From now on `systemctl show` does."""
    program = units / "bin" / "systemctl"
    program.parent.mkdir(exist_ok=True)
    lines = "\n".join(f"{name}={value}" for name, value in {**WELL, **words}.items())
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_G16_a_service_that_is_well(units: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(units, monkeypatch)
    found = asked(home)
    assert found["G16"] == ok("G16", f"{unit.NAME} runs as {getpass.getuser()}, and starts with the machine")
    assert found["G17"].verdict == "ok"


@pytest.mark.parametrize(
    ("said", "verdict", "words"),
    [
        ({"UnitFileState": "disabled"}, "mind", "does not start with the machine"),
        ({"NRestarts": "4"}, "mind", "had to be started again (restarts: 4)"),
        ({"ActiveState": "inactive", "SubState": "dead"}, "wrong", "does not run (it is inactive)"),
        ({"ActiveState": "failed", "Result": "watchdog"}, "wrong", "not started again: it hung, and was killed"),
        ({"ActiveState": "failed", "Result": "exit-code", "ExecMainStatus": "2"}, "wrong", "its settings are wrong"),
        ({"ActiveState": "failed", "Result": "exit-code", "ExecMainStatus": "9"}, "wrong", "exit status 9"),
        (
            {"ActiveState": "activating", "SubState": "auto-restart", "Result": "signal", "NRestarts": "7"},
            "wrong", "ends again and again (restarts: 7): it was killed",
        ),
        ({"ActiveState": ""}, "mind", "systemd does not say how it is"),
    ],
)  # fmt: skip
def test_G16_a_service_that_is_not_well(
    units: Path, home: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, str], verdict: str, words: str
) -> None:
    says(units, monkeypatch, **said)
    one = asked(home)["G16"]
    assert (one.verdict, words in one.text) == (verdict, True), one


def test_G16_nothing_is_said_of_another_folders_service_or_of_none(units: Path, home: Path) -> None:
    install(units, home.parent / "another")
    assert "G16" not in asked(home)
    (units / unit.NAME).unlink()
    assert "G16" not in asked(home)


def test_G17_what_belongs_to_another_than_the_service_runs_as(units: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(units, monkeypatch)
    install(units, home, user="daemon")
    one = asked(home)["G17"]
    assert one.verdict == "wrong"
    assert one.text == f"{home} belongs to {getpass.getuser()}, but {unit.NAME} runs as daemon"
    assert one.mend == f"sudo chown -R daemon {home}"


def test_G23_what_only_the_service_may_is_not_wrong() -> None:
    closed = wrong("G23", "The D-Bus policy does not let this user speak to bluetoothd", "…")
    other = ok("G20", "Adapter: hci0")

    def told(unit: dict[str, str]) -> list[Finding]:
        return list(service.by_its_group([other, closed], unit))

    assert told({}) == [other, closed]
    alone, changed = told({"SupplementaryGroups": "bluetooth"})
    assert alone == other
    assert changed.verdict == "mind"
    assert "the bridge's service may, by its group bluetooth" in changed.text
