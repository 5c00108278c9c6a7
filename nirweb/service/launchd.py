"""Install, change and remove the service with launchd, for this user of a Mac."""

import os
import subprocess
from pathlib import Path

from nirweb.service import agent
from nirweb.service.trouble import CannotInstall
from nirweb.service.wanted import Wanted


def install(wanted: Wanted) -> list[str]:
    """Write the property list and load it. Raises CannotInstall."""
    path, text = _path(), agent.text(wanted)
    was_there = path.exists()
    (wanted.data / "logs").mkdir(parents=True, exist_ok=True)  # launchd makes no folder for the log
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    path.chmod(0o600)
    if was_there:
        _launchctl("bootout", f"{_domain()}/{agent.LABEL}")
    failed = _launchctl("bootstrap", _domain(), str(path))
    if failed:
        raise CannotInstall(f"launchctl failed: {failed}")
    return [
        f"{'Changed and started again' if was_there else 'Installed and started'}: {path}",
        f"It runs: {' '.join(wanted.command[2:])}",
        "It starts when you sign in to this Mac. For a Mac that starts by itself, let it sign you in automatically.",
        f"How it is:  launchctl print {_domain()}/{agent.LABEL}",
        f"Its log:    tail -f {wanted.data / 'logs' / 'up.log'}",
        "Stop and remove:  python3 manage.py install-service --uninstall",
    ]


def uninstall() -> list[str]:
    path = _path()
    if not path.exists():
        return [f"No service is installed: there is no {path}."]
    _launchctl("bootout", f"{_domain()}/{agent.LABEL}")
    path.unlink()
    return [f"Stopped and removed: {path}. The data stay where they are."]


def _path() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{agent.LABEL}.plist"


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _launchctl(*arguments: str) -> str:
    """What it complained of; empty when it did not."""
    done = subprocess.run(["/bin/launchctl", *arguments], capture_output=True, text=True, check=False)
    return (done.stderr.strip() or f"status {done.returncode}") if done.returncode else ""
