"""Chromium's store of certificates on Linux is filled with certutil, of the NSS tools."""

import os
import shutil
from typing import Final

from nirweb.bootstrap.machine import CannotSetUp
from tests.runner import chromium

INSTALL: Final = ["apt-get", "install", "-y", "--no-install-recommends", "libnss3-tools"]


def find_or_install() -> str:
    """The program. As root on Debian it is installed where it is missing.

    Raises:
        CannotSetUp: there is none; the message is the one command that brings it.
    """
    found = shutil.which("certutil")
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        chromium.install(INSTALL, "Installing certutil for the browser tests")
        found = shutil.which("certutil")
    if not found:
        raise CannotSetUp(f"The test of the home network needs certutil:  sudo {' '.join(INSTALL)}")
    return found
