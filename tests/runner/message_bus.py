"""The message bus that the tests of BlueZ bring up for themselves. On Linux only; elsewhere there is no BlueZ."""

import os
import shutil
import sys

from nirweb.bootstrap.machine import CannotSetUp
from tests.runner import chromium
from tests.runner.outcome import say

INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", chromium.BUS]


def provide() -> None:
    """As root on Debian it is installed where it is missing. Else the tests that need it say so, and count as failed."""
    if sys.platform != "linux" or shutil.which(chromium.BUS):
        return
    try:
        if not shutil.which("apt-get") or os.geteuid() != 0:
            raise CannotSetUp(f"The tests of BlueZ need {chromium.BUS}:  sudo {' '.join(INSTALL)}")
        chromium.install(INSTALL, "Installing the message bus for the tests of BlueZ")
    except CannotSetUp as problem:
        say(str(problem))
