"""The stage of the virtual machine: what it needs, and what it counts."""

import shutil
from typing import Final

from nirweb.bootstrap.machine import CannotSetUp
from nirweb.bootstrap.progress import step
from tests.machine import boot
from tests.machine.image import Image, NotHere, image, require
from tests.runner import chromium
from tests.runner.outcome import Outcome, say

INSTALL: Final = [
    "apt-get", "install", "-y", "--no-install-recommends", "qemu-system-x86", "debootstrap", "cpio", "e2fsprogs",
]  # fmt: skip
PROGRAMS: Final = (boot.PROGRAM, "debootstrap", "cpio", "mke2fs")


def provide(outcome: Outcome) -> Image | None:
    """Where it cannot be, that is said, and counted as not run."""
    try:
        require()
        if not all(shutil.which(program) for program in PROGRAMS):
            chromium.install(INSTALL, "Installing what runs a virtual machine")
        with step("Virtual machine"):
            return image()
    except (NotHere, CannotSetUp) as why:
        outcome.leave_out(f"machine: {why}")
        return None


def run(outcome: Outcome, *suites: str) -> None:
    built = provide(outcome)
    if built is None:
        return
    for one in (one for suite in suites for one in boot.run(built, suite)):
        say(f"{'ok    ' if one['passed'] else 'FAILED'} {one['name']} ({one['took_s']:.1f} s)")
        if not one["passed"]:
            say(one["said"])
        outcome.add(int(one["passed"]), int(not one["passed"]))
