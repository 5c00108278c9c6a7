"""`manage.py install-service`. What systemd itself makes of it: tests/boot."""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nirweb.service import agent, unit
from nirweb.service.trouble import CannotInstall
from nirweb.service.wanted import Wanted, wanted
from tests.patience import PATIENCE_S
from tests.running import PROJECT

ODD = """a "b" 100% $HOME 'c' \\d"""
CALLED = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in *show-environment*) exit "$SESSION";; esac
"""


def one(data: Path, *more: str, **environment: str) -> Wanted:
    return Wanted((sys.executable, str(PROJECT / "manage.py"), "up", "--data", str(data), *more), PROJECT, data, environment)


def test_systemd_takes_the_unit_whatever_the_options_are(tmp_path: Path) -> None:
    path = tmp_path / unit.NAME
    path.write_text(unit.text(one(tmp_path, ODD, NIRWEB_LOG=ODD)))
    if shutil.which("systemd-analyze"):  # elsewhere there is nobody who would read it
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
        said = subprocess.run(
            ["systemd-analyze", "verify", "--user", path], env=environment, capture_output=True, text=True, check=False
        )
        assert (said.returncode, said.stderr) == (0, "")
    lines = dict(line.partition("=")[::2] for line in path.read_text().splitlines())
    assert lines["ExecStart"].endswith(r""" "a \"b\" 100%% $$HOME 'c' \\d\"""".removesuffix('\\"') + '"')
    assert lines["Environment"] == r'''"NIRWEB_LOG=a \"b\" 100%% $HOME 'c' \\d"'''
    assert (lines["Restart"], lines["RestartPreventExitStatus"], lines["KillMode"]) == ("on-failure", "2", "control-group")
    assert "AF_BLUETOOTH" in lines["RestrictAddressFamilies"]
    assert "AF_UNIX" in lines["RestrictAddressFamilies"], "D-Bus"


def test_the_stop_of_the_unit_waits_until_up_has_ended() -> None:
    """Else systemd would ask all parts at once, and the bridge would lose its radio before the lamps are off."""
    (line,) = [line for line in unit.UNIT.splitlines() if line.startswith("ExecStop=")]
    slow = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.5), sys.exit()))\nprint(1, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", f"{slow}\ntime.sleep(600)"], stdout=subprocess.PIPE) as up:
        assert up.stdout
        up.stdout.readline()
        reaped = subprocess.Popen(
            [word.replace("$$", "$").replace("${{MAINPID}}", str(up.pid)) for word in shlex.split(line.removeprefix("ExecStop="))]
        )
        assert up.wait(PATIENCE_S) == 0
        assert reaped.wait(PATIENCE_S) in {0, 1}, "1: kill -0 found nobody any more"


def test_launchd_reads_the_property_list(tmp_path: Path) -> None:
    found = plistlib.loads(agent.text(one(tmp_path, ODD, NIRWEB_LOG=ODD)))
    assert found["ProgramArguments"][-1] == ODD
    assert found["EnvironmentVariables"] == {"NIRWEB_LOG": ODD}
    assert found["KeepAlive"] == {"SuccessfulExit": False}
    assert found["RunAtLoad"] is True


class Machine:
    """A machine with a systemd that only notes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        (folder / "bin").mkdir()
        for name in ("systemctl", "loginctl"):
            (folder / "bin" / name).write_text(CALLED)
            (folder / "bin" / name).chmod(0o755)

    @property
    def unit(self) -> Path:
        return self.folder / "systemd" / "user" / unit.NAME

    def install(self, *arguments: str, session: bool = True, **settings: str) -> "subprocess.CompletedProcess[str]":
        self.calls.write_text("")
        program = "import sys; sys.platform = 'linux'; from nirweb.service.command import main; sys.exit(main(sys.argv[1:]))"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}
        own = {"CALLS": str(self.calls), "SESSION": "0" if session else "1", "XDG_CONFIG_HOME": str(self.folder)}
        return subprocess.run(
            [sys.executable, "-c", program, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False,
            env={**inherited, **own, **settings, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"},
        )  # fmt: skip

    def told(self) -> list[str]:
        return [line for line in self.calls.read_text().splitlines() if "show-environment" not in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_installs_once_and_changes_what_is_changed(machine: Machine) -> None:
    first = machine.install("--port", "8001", "--data", "here")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith(f"Installed and started: {machine.unit}\n")
    assert "journalctl --user -u nirweb.service -f" in first.stdout
    assert machine.told()[:3] == [
        "systemctl --user daemon-reload",
        "systemctl --user enable --quiet nirweb.service",
        "systemctl --user start nirweb.service",
    ]
    assert machine.unit.stat().st_mode & 0o777 == 0o600
    assert f'"up" "--port" "8001" "--data" "{PROJECT / "here"}"' in machine.unit.read_text()

    again = machine.install("--port", "8001", "--data", "here")
    assert again.stdout.startswith("Installed already, as it is")
    assert "systemctl --user restart nirweb.service" not in machine.told()

    other = machine.install("--port", "8002", NIRWEB_LOG="json")
    assert other.stdout.startswith("Changed and started again")
    assert "With the settings that are set here: NIRWEB_LOG" in other.stdout
    assert "systemctl --user restart nirweb.service" in machine.told()


def test_it_removes_what_it_installed(machine: Machine) -> None:
    assert machine.install().returncode == 0
    gone = machine.install("--uninstall")
    assert gone.stdout.startswith(f"Stopped and removed: {machine.unit}")
    assert machine.told() == ["systemctl --user disable --quiet --now nirweb.service", "systemctl --user daemon-reload"]
    assert not machine.unit.exists()
    assert machine.install("--uninstall").stdout.startswith("No service is installed")


def test_it_says_what_to_do_without_systemd(machine: Machine) -> None:
    done = machine.install("--no-demo", session=False)
    assert done.returncode == 1
    assert "nothing was installed" in done.stderr
    assert "manage.py up --no-demo" in done.stderr
    assert not machine.unit.exists()


def test_it_takes_only_options_that_up_takes(machine: Machine) -> None:
    assert machine.install("--prot", "1").returncode == 2
    with pytest.raises(CannotInstall, match="--dev"):
        wanted(["--dev"], {})
