"""Install, change and remove the service with systemd, for this user."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from nirweb.service import unit
from nirweb.service.trouble import CannotInstall
from nirweb.service.wanted import Wanted

WITHOUT: Final = """\
This machine is not run by systemd, or {user} has no session of it: nothing was installed.
Let whatever starts services here run this, and stop it by SIGTERM:
    cd {folder} && {command}"""


def install(wanted: Wanted) -> list[str]:
    """Write the unit, enable and start it. Returns what to tell. Raises CannotInstall."""
    if not _is_there():
        raise CannotInstall(WITHOUT.format(user=getpass.getuser(), folder=wanted.folder, command=" ".join(wanted.command)))
    path, text = _path(), unit.text(wanted)
    was_there = path.exists()
    changed = not was_there or path.read_text(encoding="utf-8") != text
    if changed:
        _write(path, text)
        _systemctl("daemon-reload")
    _systemctl("enable", "--quiet", unit.NAME)
    _systemctl("restart" if changed and was_there else "start", unit.NAME)
    did = "Installed and started"
    if was_there:
        did = "Changed and started again" if changed else "Installed already, as it is"
    return [f"{did}: {path}", *_told(wanted), *_linger()]


def uninstall() -> list[str]:
    """Stop and remove it; the data stay."""
    path = _path()
    if not path.exists():
        return [f"No service is installed: there is no {path}."]
    if _is_there():
        _systemctl("disable", "--quiet", "--now", unit.NAME)
    path.unlink()
    if _is_there():
        _systemctl("daemon-reload")
    return [f"Stopped and removed: {path}. The data stay where they are."]


def _told(wanted: Wanted) -> list[str]:
    return [
        f"It runs: {' '.join(wanted.command[2:])}",
        *([f"With the settings that are set here: {', '.join(wanted.environment)}"] if wanted.environment else []),
        f"How it is:    systemctl --user status {unit.NAME}",
        f"Its log:      journalctl --user -u {unit.NAME} -f     (and of each part: {wanted.data / 'logs'})",
        f"Stop, start:  systemctl --user stop {unit.NAME}     systemctl --user start {unit.NAME}",
        "Remove:       python3 manage.py install-service --uninstall",
    ]


def _linger() -> list[str]:
    """A service of a user runs while they are signed in, unless the user may linger: then from boot on."""
    user = getpass.getuser()
    program = shutil.which("loginctl")
    if program:
        asked = subprocess.run([program, "enable-linger", user], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return [f"It starts with the machine, before anybody signs in ({user} may linger)."]
    return [f"It starts when {user} signs in. To start it with the machine:  sudo loginctl enable-linger {user}"]


def _path() -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "systemd" / "user" / unit.NAME


def _write(path: Path, text: str) -> None:
    """For this user alone: settings may hold passwords."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def _is_there() -> bool:
    program = shutil.which("systemctl")
    return program is not None and subprocess.run(
        [program, "--user", "show-environment"], capture_output=True, check=False
    ).returncode == 0  # fmt: skip


def _systemctl(*arguments: str) -> None:
    program = shutil.which("systemctl") or "systemctl"
    done = subprocess.run([program, "--user", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotInstall(f"systemctl {arguments[0]} failed: {done.stderr.strip() or f'status {done.returncode}'}")
