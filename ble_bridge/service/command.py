"""`install-service` and `uninstall-service`."""

import argparse
import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import ble_bridge
from ble_bridge.commands.command import CommandError, say
from ble_bridge.home_file import HomeFileError, read
from ble_bridge.service import agent, unit
from ble_bridge.service.unit import Wanted

UNITS: Final = Path("/etc/systemd/system")
NOT_SEEN: Final = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - names, nothing is put there
"""The unit has these to itself, and empty."""
BY_HAND: Final = "Let whatever starts programs here run this, and end it by SIGTERM:\n    cd {folder} && {command}"


def install(given: argparse.Namespace) -> int:
    """Write it, enable and start it. The same again changes nothing."""
    wanted = _wanted(given)
    if sys.platform == "darwin":
        return _install_agent(wanted)
    _need_systemd(wanted)
    _need_what_lasts(wanted)
    path, text = UNITS / unit.NAME, unit.text(wanted)
    was = path.read_text(encoding="utf-8") if path.exists() else None
    _write(path, text.encode())
    _run("systemctl", "daemon-reload")
    _run("systemctl", "enable", "--quiet", unit.NAME)
    _run("systemctl", "restart" if was not in (None, text) else "start", unit.NAME)
    did = "Installed" if was is None else "Installed already, as it is" if was == text else "Changed"
    say(f"{did}, and started as {wanted.user}: {path}")
    say(f"How it is:  systemctl status {unit.NAME}")
    say(f"Its log:    journalctl -u {unit.NAME} -f")
    say(f"Not well?   sudo {wanted.python} -m ble_bridge doctor " + " ".join(f"--home {home}" for home in wanted.homes))
    return 0


def uninstall(_given: argparse.Namespace) -> int:
    """Stop and remove it; the bridge's folder stays."""
    path = _agent_path() if sys.platform == "darwin" else UNITS / unit.NAME
    if not path.exists():
        say(f"No service is installed: there is no {path}.")
        return 0
    if sys.platform == "darwin":
        _run("/bin/launchctl", "bootout", f"gui/{os.getuid()}/{agent.LABEL}")
        path.unlink()
    else:
        _run("systemctl", "disable", "--quiet", "--now", unit.NAME)
        try:
            path.unlink()
        except PermissionError as error:
            raise CommandError(f"{path} belongs to root: type sudo before it") from error
        _run("systemctl", "daemon-reload")
    say(f"Stopped and removed: {path}. The bridge's folder stays where it is.")
    return 0


def _wanted(given: argparse.Namespace) -> Wanted:
    """Raises CommandError."""
    homes = tuple(dict.fromkeys(home.absolute() for home in given.home))
    try:
        for home in homes:
            read(home)
    except HomeFileError as error:
        raise CommandError(str(error)) from error
    user = given.user or os.environ.get("SUDO_USER") or getpass.getuser()
    # a virtual environment's link must not be resolved
    python = os.path.abspath(sys.executable)  # noqa: PTH100
    return Wanted(python, homes, user, _group(), Path(ble_bridge.__file__).resolve().parents[1])


def _group() -> str:
    try:
        import grp

        return grp.getgrnam("bluetooth").gr_name
    except (ImportError, KeyError):
        return ""


def _need_systemd(wanted: Wanted) -> None:
    by_hand = BY_HAND.format(folder=wanted.folder, command=" ".join(wanted.command))
    if not shutil.which("systemctl") or not UNITS.is_dir():
        raise CommandError(f"This machine is not run by systemd: nothing was installed. {by_hand}")
    if not os.access(UNITS, os.W_OK):
        homes = " ".join(f"--home {home}" for home in wanted.homes)
        raise CommandError(
            f"A service of the machine is installed by root: sudo {wanted.python} -m ble_bridge install-service {homes}"
        )


def _need_what_lasts(wanted: Wanted) -> None:
    """Raises CommandError for what the service would not find."""
    for path in (Path(wanted.python), wanted.folder, *wanted.homes):
        if any(path.is_relative_to(one) or path.resolve().is_relative_to(one) for one in NOT_SEEN):
            raise CommandError(
                f"A service does not find {path}: what lies there is temporary. Nothing was installed. "
                "Move it elsewhere, to /opt or your own folder for instance, and install from there."
            )


def _install_agent(wanted: Wanted) -> int:
    path, log = _agent_path(), wanted.homes[0] / "bridge.log"
    if path.exists():
        subprocess.run(["/bin/launchctl", "bootout", f"gui/{os.getuid()}/{agent.LABEL}"], capture_output=True, check=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, agent.text(wanted, log))
    _run("/bin/launchctl", "bootstrap", f"gui/{os.getuid()}", str(path))
    say(f"Installed and started: {path}. It starts when you sign in to this Mac.")
    say("macOS asks once whether it may use Bluetooth.")
    say(f"Its log:  tail -f {log}")
    return 0


def _agent_path() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{agent.LABEL}.plist"


def _write(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.chmod(0o644)
    new.replace(path)


def _run(*command: str) -> None:
    """Raises CommandError."""
    done = subprocess.run([*command], capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(done.stderr.split()) or f"status {done.returncode}"
        raise CommandError(f"{Path(command[0]).name} {command[1]} failed: {words}")
