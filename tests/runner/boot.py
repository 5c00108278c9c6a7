"""The stage of the services under a real systemd: what it needs, and where it cannot be."""

import os
import shutil
from typing import Final

from nirweb.bootstrap.machine import CannotSetUp
from tests.boot.system import NotHere, require
from tests.runner import chromium, suites
from tests.runner.outcome import Outcome

FOLDER: Final = "tests/boot"
INSTALL: Final = [
    "apt-get", "install", "-y", "--no-install-recommends",
    "systemd", "libpam-systemd", "dbus", "iproute2", "procps", "passwd", "util-linux",
]  # fmt: skip


def run(outcome: Outcome, arguments: list[str]) -> None:
    """Where it cannot be, that is said, and counted as not run."""
    try:
        _provide()
    except (NotHere, CannotSetUp) as why:
        outcome.leave_out(f"service: {why}")
        return
    suites.pytest([FOLDER, "--numprocesses=0", *arguments], outcome)


def _provide() -> None:
    """As root on Debian what is missing is installed. Raises NotHere, CannotSetUp."""
    try:
        require()
    except NotHere:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
        chromium.install(INSTALL, "Installing a systemd to try the services under")
        require()
