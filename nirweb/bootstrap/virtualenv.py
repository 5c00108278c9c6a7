"""The clone's own virtual environment: made, filled from a hashed lock, and known by a stamp."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nirweb.bootstrap import locks
from nirweb.bootstrap.machine import CannotSetUp, require_supported_platform, require_venv_module, require_writable
from nirweb.bootstrap.progress import step

SOURCE_ONLY: Final = ("http-ece",)
"""Packages without a wheel: built here, by the pinned builder."""
NO_NETWORK: Final = re.compile(
    r"(?i)NewConnectionError|ConnectTimeout|NameResolutionError|Max retries exceeded|Connection (refused|reset)|"
    r"Temporary failure in name resolution|Network is unreachable|Read timed out|ProxyError"
)


class Environment:
    """`.venv` in the clone. A stamp in it names the locks it was filled from; it is filled again when they change."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self._stamp = self.folder / "filled.json"
        self._compiler: subprocess.Popen[bytes] | None = None

    @property
    def site_packages(self) -> Path:
        return next(self.folder.glob("lib/python3.*/site-packages"), self.folder)

    def fits(self, lock: str) -> bool:
        """Whether the environment holds what `lock` (a file name in requirements/) pins."""
        try:
            stamp = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return self.python.exists() and stamp.get(lock) == self._hash(lock)

    def make(self, lock: str) -> None:
        """Fill the environment from `lock`, making it first where there is none.

        Raises:
            CannotSetUp: with one sentence for what the person can mend.
        """
        require_supported_platform()
        require_venv_module()
        require_writable(self.project)
        self.folder.mkdir(exist_ok=True)
        with self._alone():
            if self.fits(lock):  # another set-up did it while we waited
                return
            # a dev environment stays one: what pytest needs must not stay behind at an older pin
            held = locks.DEV if self._holds_dev() else lock
            self._stamp.unlink(missing_ok=True)
            if not self.python.exists():
                self._create()
            self._install(held)
            self._compiler = subprocess.Popen([str(self.python), "-m", "compileall", "-q", "-j", "0", str(self.folder / "lib")])
            names = (locks.PRODUCT, locks.DEV) if held == locks.DEV else (locks.PRODUCT,)
            self._stamp.write_text(json.dumps({name: self._hash(name) for name in names}), encoding="utf-8")

    def finish(self) -> None:
        """Wait for the byte code, which is compiled while other things are set up (6 s sooner on two cores)."""
        if self._compiler:
            self._compiler.wait()

    def forget(self) -> None:
        """Remove what is in the environment, so that the next `make` starts from nothing."""
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()

    def _hash(self, lock: str) -> str:
        return hashlib.sha256((self.project / "requirements" / lock).read_bytes()).hexdigest()

    def _holds_dev(self) -> bool:
        try:
            return locks.DEV in json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create(self) -> None:
        base = getattr(sys, "_base_executable", sys.executable)
        with step("Making the virtual environment"):
            done = subprocess.run([base, "-m", "venv", str(self.folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotSetUp(f"Python's venv failed: {_last_line(done.stdout + done.stderr)}")

    def _install(self, lock: str) -> None:
        path = self.project / "requirements" / lock
        count = len(locks.PIN.findall(path.read_text(encoding="utf-8")))
        with step(f"Installing {count} packages, each checked against its hash") as tell:
            # what builds the packages that come as source only is pinned too, so nothing unpinned is ever fetched
            self._pip(self.project / "requirements" / locks.BUILDER, tell, 1)
            self._pip(path, tell, count, "--no-binary", ",".join(SOURCE_ONLY), "--no-build-isolation")

    def _pip(self, path: Path, tell: Callable[[str], None], count: int, *options: str) -> None:
        command = [
            str(self.python), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", *options, "--no-deps",
            "--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--requirement", str(path),
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = _follow(process, tell, count)
        if process.returncode:
            raise CannotSetUp(_why_pip_failed(said))


def _follow(process: "subprocess.Popen[str]", tell: Callable[[str], None], count: int) -> str:
    """Everything pip said, told as a count while it works."""
    said: list[str] = []
    collected = 0
    assert process.stdout is not None  # noqa: S101 - asked for a pipe just above
    for line in process.stdout:
        said.append(line)
        if line.startswith("Collecting "):
            collected += 1
            tell(f"{min(collected, count)} of {count} fetched")
        elif line.startswith("Installing collected"):
            tell("unpacking")
    process.wait()
    return "".join(said)


def _why_pip_failed(said: str) -> str:
    if NO_NETWORK.search(said):
        return "The package index could not be reached. Set-up needs the network once: connect and start again."
    if "No space left on device" in said:
        return "The disk is full: set-up needs about 600 MB."
    if "DO NOT MATCH THE HASHES" in said:
        return (
            "A downloaded package does not match its pinned hash and was refused: start again, and if it stays so, trust it not."
        )
    errors = [line for line in said.splitlines() if line.startswith("ERROR:")]
    return f"pip could not install the pinned packages: {_last_line(os.linesep.join(errors) or said)}"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it did not say why"
