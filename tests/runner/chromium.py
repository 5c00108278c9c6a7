"""The browser of the browser tests: the system's own Chromium, Chrome or Edge."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from nirweb.bootstrap.machine import CannotSetUp
from nirweb.bootstrap.progress import step

NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge-stable", "microsoft-edge",
)  # fmt: skip
APPLICATIONS: Final = ("Chromium", "Google Chrome", "Microsoft Edge")
BUS: Final = "dbus-daemon"
"""On Linux a browser hands its notifications to whoever shows them over this bus."""
INSTALL: Final = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core", BUS]


def find() -> Path | None:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    if sys.platform == "darwin":
        for name in APPLICATIONS:
            program = Path(f"/Applications/{name}.app/Contents/MacOS/{name}")
            if program.exists():
                return program
    return None


def find_or_install() -> Path:
    """The browser's program. As root on Debian it is installed where it, or the bus of its notifications, is missing.

    Raises:
        CannotSetUp: there is none; the message is the one command that brings it.
    """
    found = find()
    whole = found and (sys.platform == "darwin" or shutil.which(BUS))
    if not whole and shutil.which("apt-get") and os.geteuid() == 0:
        install(INSTALL, "Installing Chromium for the browser tests")
        found = find()
    if not found:
        how = "brew install --cask chromium" if sys.platform == "darwin" else f"sudo {' '.join(INSTALL)}"
        raise CannotSetUp(f"The browser tests need Chromium, Chrome or Edge:  {how}")
    return found


def install(command: list[str], words: str) -> None:
    """As root on Debian. Raises CannotSetUp."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(words):
        for one in (["apt-get", "update", "-q"], command):
            done = subprocess.run(one, env=quiet, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CannotSetUp(f"{' '.join(one)} failed: {done.stderr.strip().splitlines()[-1:]}")
