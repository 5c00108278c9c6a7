"""Boots the guest in software emulation, and hears what came of it. It has no network, or one that reaches this machine alone."""

import contextlib
import json
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.machine import lent as lent_guest
from tests.machine.image import Image

PROJECT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = "qemu-system-x86_64"
WITHIN_S: Final = 660
Step = dict[str, Any]
"""name, passed, said, took_s."""


def run(image: Image, suite: str) -> list[Step]:
    """The steps of a suite. One that never reported counts as failed."""
    with tempfile.TemporaryDirectory(prefix="told-") as folder:
        told = Path(folder)
        try:
            subprocess.run(_command(image, told, suite), stdin=subprocess.DEVNULL, timeout=WITHIN_S, check=False)
        except subprocess.TimeoutExpired:
            return [*_steps(told), _failed(f"no end within {WITHIN_S} s")]
        steps = _steps(told)
        status = told / "status"
        ended_well = status.exists() and status.read_text().strip() == "0"
        if not steps or (not ended_well and all(step["passed"] for step in steps)):
            steps.append(_failed("the guest ended early"))
        return steps


@contextlib.contextmanager
def lent(image: Image, folder: Path, *, server_port: int, observer_port: int) -> Iterator[Path]:
    """The guest's bridge, for a server on this machine's loopback; its panel's observer answers on `observer_port`.

    Gives the file in which all that it says lands.
    """
    nic = f"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{observer_port}-10.0.2.15:{lent_guest.OBSERVER_PORT}"
    said = folder / "said"
    with said.open("wb") as console:
        command = _command(image, folder, "lent", nic=nic, more=f"nirweb_server={server_port}")
        machine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            yield said
        finally:
            machine.kill()  # nothing of it is kept
            machine.wait()


def _steps(told: Path) -> list[Step]:
    lines = told / "steps.jsonl"
    return [json.loads(line) for line in lines.read_text().splitlines()] if lines.exists() else []


def _failed(said: str) -> Step:
    return {"name": "the machine", "passed": False, "said": said, "took_s": 0.0}


def _command(image: Image, told: Path, suite: str, *, nic: str = "none", more: str = "") -> list[str]:
    shared = [
        *_share("project", PROJECT, "readonly=on"), *_share("site", Path(sysconfig.get_paths()["purelib"]), "readonly=on"),
        *_share("told", told),
    ]  # fmt: skip
    return [
        PROGRAM, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024", "-nic", nic,
        "-nographic", "-no-reboot",
        "-kernel", str(image.kernel), "-initrd", str(image.first_disk),
        "-append", f"console=ttyS0 quiet panic=-1 mitigations=off nirweb_suite={suite} {more}",
        "-drive", f"file={image.root},format=raw,if=virtio,snapshot=on", *shared,
    ]  # fmt: skip


def _share(tag: str, folder: Path, *more: str) -> list[str]:
    return ["-virtfs", ",".join(("local", f"path={folder}", f"mount_tag={tag}", "security_model=none", *more))]
