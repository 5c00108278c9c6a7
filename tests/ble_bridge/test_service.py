"""The bridge alone as a service [G53-G59]. What a real systemd makes of it: tests/boot."""

import os
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ble_bridge.service import agent, command, unit
from ble_bridge.service.unit import Wanted
from tests.ble_bridge.air import ROOT

ODD = """a "b" 100% $HOME 'c' \\d"""
CALLED = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n'
PROGRAM = """
import sys
from pathlib import Path
from ble_bridge.service import command
from ble_bridge.__main__ import main
sys.platform, command.UNITS = "linux", Path(sys.argv.pop(1))
command.NOT_SEEN = tuple(map(Path, sys.argv.pop(1).split()))
sys.exit(main())
"""
MOST_EXPOSED = 2.0


def wanted(*homes: Path, group: str = "") -> Wanted:
    return Wanted(sys.executable, homes, "daemon", group, ROOT)


def lines(text: str) -> dict[str, str]:
    return dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line and not line.startswith("#"))


def test_G53_systemd_takes_the_unit_whatever_the_folder_is_called(tmp_path: Path) -> None:
    path = tmp_path / unit.NAME
    path.write_text(unit.text(wanted(Path("/var/lib") / ODD, group="bluetooth")))
    if shutil.which("systemd-analyze"):  # elsewhere there is nobody who would read it
        said = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
        assert (said.returncode, [line for line in said.stderr.splitlines() if unit.NAME in line]) == (0, [])
    found = lines(path.read_text())
    assert (found["Type"], found["NotifyAccess"], found["WatchdogSec"]) == ("notify", "main", "15")
    assert found["ExecStart"].endswith(r'''"--home" "/var/lib/a \"b\" 100%% $$HOME 'c' \\d"''')
    assert found["SupplementaryGroups"] == "bluetooth"
    assert "SupplementaryGroups" not in unit.text(wanted(tmp_path)), "one that is not there would keep it from starting"


def test_G54_starting_again_is_bounded_and_not_tried_where_it_cannot_help() -> None:
    found = lines(unit.text(wanted(Path("/x"))))
    assert (found["Restart"], found["RestartPreventExitStatus"]) == ("on-failure", "2 3")
    assert (found["StartLimitBurst"], found["StartLimitIntervalSec"]) == ("10", "600")


def test_G55_it_is_exposed_as_little_as_systemd_can_tell(tmp_path: Path) -> None:
    path = tmp_path / unit.NAME
    path.write_text(unit.text(wanted(tmp_path)))
    if shutil.which("systemd-analyze"):
        ask = ["systemd-analyze", "security", "--offline=true", str(path)]
        said = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
        score = re.search(r"Overall exposure level for \S+ ([0-9.]+)", said)
        assert score
        assert float(score[1]) < MOST_EXPOSED
    assert "AF_UNIX" in lines(path.read_text())["RestrictAddressFamilies"], "D-Bus"


def test_G56_launchd_reads_the_property_list(tmp_path: Path) -> None:
    found = plistlib.loads(agent.text(wanted(tmp_path / ODD), tmp_path / "log"))
    assert found["ProgramArguments"][-2:] == ["--home", str(tmp_path / ODD)]
    assert found["KeepAlive"] == {"SuccessfulExit": False}
    assert found["ThrottleInterval"] == 10


class Machine:
    """A machine with a systemd that only notes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.calls, self.home = folder, folder / "calls", folder / "home"
        self.units = folder / "units"
        self.not_seen = folder / "emptied"
        for made in (folder / "bin", self.units, self.home):
            made.mkdir()
        (folder / "bin" / "systemctl").write_text(CALLED)
        (folder / "bin" / "systemctl").chmod(0o755)
        (self.home / "bridge.toml").write_text('server = "http://x"\nname = "B"\nradios = []\n')

    def typed(self, *words: str) -> "subprocess.CompletedProcess[str]":
        self.calls.write_text("")
        own = {"CALLS": str(self.calls), "USER": "pi", "SUDO_USER": "pi"}
        environment = {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", **own}
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, str(self.units), str(self.not_seen), *words], cwd=ROOT, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_G57_it_installs_once_changes_what_is_changed_and_removes_it(machine: Machine) -> None:
    install = ("install-service", "--home", str(machine.home))
    first = machine.typed(*install)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith(f"Installed, and started as pi: {machine.units / unit.NAME}\n")
    assert machine.calls.read_text().splitlines() == [
        "systemctl daemon-reload",
        "systemctl enable --quiet nirweb-bridge.service",
        "systemctl start nirweb-bridge.service",
    ]
    again = machine.typed(*install)
    assert again.stdout.startswith("Installed already, as it is")
    assert "systemctl restart nirweb-bridge.service" not in machine.calls.read_text()
    other = machine.typed(*install, "--user", "nobody")
    assert other.stdout.startswith("Changed, and started as nobody")
    assert "systemctl restart nirweb-bridge.service" in machine.calls.read_text()
    gone = machine.typed("uninstall-service")
    assert gone.stdout.startswith("Stopped and removed")
    assert "systemctl disable --quiet --now nirweb-bridge.service" in machine.calls.read_text()
    assert not (machine.units / unit.NAME).exists()
    assert (machine.home / "bridge.toml").exists()
    assert machine.typed("uninstall-service").stdout.startswith("No service is installed")


def test_G58_without_systemd_settings_or_rights_it_says_what_to_do(machine: Machine) -> None:
    nowhere = machine.typed("install-service", "--home", str(machine.folder / "nowhere"))
    assert (nowhere.returncode, "bridge.toml is missing" in nowhere.stderr) == (2, True)
    machine.units.rmdir()
    none = machine.typed("install-service", "--home", str(machine.home))
    assert none.returncode == 2
    assert "not run by systemd" in none.stderr
    assert f"-m ble_bridge run --home {machine.home}" in none.stderr
    assert Path("/etc/systemd/system") == command.UNITS
    assert os.environ.get("CALLS") is None


@pytest.mark.parametrize("way", ["its folder", "by a link", "its Python"])
def test_G59_nothing_temporary_is_installed(machine: Machine, way: str) -> None:
    kept, home = machine.home, machine.home
    if way == "its Python":
        machine.not_seen = Path(sys.executable).parent
    else:
        machine.not_seen.mkdir()
        home = kept.rename(machine.not_seen / "home")
    if way == "by a link":
        kept.symlink_to(home)
        home = kept
    said = machine.typed("install-service", "--home", str(home))
    assert (said.returncode, said.stdout) == (2, "")
    assert f"does not find {sys.executable if way == 'its Python' else home}: " in said.stderr
    assert "Move it elsewhere" in said.stderr
    assert (machine.calls.read_text(), list(machine.units.iterdir())) == ("", [])
    assert (Path("/tmp"), Path("/var/tmp")) == command.NOT_SEEN  # noqa: S108 - names
