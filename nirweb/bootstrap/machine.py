"""What this machine must offer before anything can be installed, and the one line that says what is missing."""

import importlib.util
import os
import platform
import shutil
import sys
from pathlib import Path


class CannotSetUp(Exception):
    """The set-up cannot go on; the message is one sentence that says what to do."""


def require_supported_platform() -> None:
    """The locks cover Linux with glibc on x86_64 and aarch64, and macOS.

    Raises:
        CannotSetUp: another system, machine, C library or Python implementation.
    """
    system, machine = sys.platform, platform.machine()
    what = f"{system} {machine}"
    if sys.implementation.name != "cpython":
        what = f"{sys.implementation.name} on {what}"
    elif system == "linux" and machine in {"x86_64", "aarch64"}:
        if platform.libc_ver()[0] == "glibc":
            return
        what = f"{what} without glibc"
    elif system == "darwin":
        return
    hint = (
        "On Windows run it inside WSL 2." if system == "win32" else "CONTRIBUTING.md, “Other platforms”, tells what you can do."
    )
    raise CannotSetUp(f"NIRWeb sets itself up on Linux (x86_64 or aarch64, glibc) and macOS with CPython; this is {what}. {hint}")


def require_venv_module() -> None:
    """Debian and Ubuntu ship Python without ensurepip, which `venv` needs.

    Raises:
        CannotSetUp: `venv` or `ensurepip` is missing; the message names the package that brings it.
    """
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    how = "install the venv module of this Python"
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        how = f"run  {sudo}apt-get install -y python{version}-venv"
    raise CannotSetUp(f"Python {version} has no venv module here: {how}  and start again.")


def require_writable(folder: Path) -> None:
    """Set-up writes `.venv` and the built phone app into the clone.

    Raises:
        CannotSetUp: the folder cannot be written to.
    """
    probe = folder / f".write-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotSetUp(f"Cannot write to {folder} ({error.strerror}): move the clone to a folder of yours.") from None
