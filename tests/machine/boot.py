"""Boots the guest in software emulation, without a network, and hears what came of it."""

import json
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Final

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


def _steps(told: Path) -> list[Step]:
    lines = told / "steps.jsonl"
    return [json.loads(line) for line in lines.read_text().splitlines()] if lines.exists() else []


def _failed(said: str) -> Step:
    return {"name": "the machine", "passed": False, "said": said, "took_s": 0.0}


def _command(image: Image, told: Path, suite: str) -> list[str]:
    shared = [
        *_share("project", PROJECT, "readonly=on"), *_share("site", Path(sysconfig.get_paths()["purelib"]), "readonly=on"),
        *_share("told", told),
    ]  # fmt: skip
    return [
        PROGRAM, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024", "-nic", "none",
        "-nographic", "-no-reboot",
        "-kernel", str(image.kernel), "-initrd", str(image.first_disk),
        "-append", f"console=ttyS0 quiet panic=-1 mitigations=off nirweb_suite={suite}",
        "-drive", f"file={image.root},format=raw,if=virtio,snapshot=on", *shared,
    ]  # fmt: skip


def _share(tag: str, folder: Path, *more: str) -> list[str]:
    return ["-virtfs", ",".join(("local", f"path={folder}", f"mount_tag={tag}", "security_model=none", *more))]
