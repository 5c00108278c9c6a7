"""Starts the parts, starts again what crashes, stops all in order."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from nirweb.supervisor.group import Group
from nirweb.supervisor.parts import Part

FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 30.0
STEADY_S: Final = 60.0
"""A part that ran this long is thought healthy: its next crash is met with the first delay again."""
TURN_S: Final[dict[int, float]] = {1: 3.2, 2: 1.2, 3: 0.4}
"""How long the parts of each turn may take to stop before they are killed; 4.8 s in all."""
LARGEST_LOG: Final = 5_000_000


@dataclass
class Running:
    """A part and its process of the moment."""

    part: Part
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    task: "asyncio.Task[None] | None" = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """All parts of one `up`. `tell` prints a line for the person."""

    def __init__(self, environment: Mapping[str, str], logs: Path, lock_fd: int, tell: Callable[[str], None]) -> None:
        self._environment = dict(environment)
        self._logs = logs
        self._lock_fd = lock_fd
        self._tell = tell
        self._group = Group()
        self._stopping = False
        self.running: dict[str, Running] = {}

    def start(self, part: Part) -> None:
        """Start a part and keep it running until `stop`."""
        running = Running(part)
        self.running[part.name] = running
        running.task = asyncio.create_task(self._keep(running), name=part.name)

    async def run(self, part: Part) -> tuple[int, str]:
        """Run a part that ends by itself. Returns its exit status and what it said."""
        process = await self._spawn(part, asyncio.subprocess.PIPE)
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            await self._end(process, TURN_S[2])
            raise
        return process.returncode or 0, said.decode(errors="replace")

    async def stop(self) -> None:
        """Stop all parts, turn by turn, within 5 s; no process is left."""
        self._stopping = True
        for turn, patience_s in TURN_S.items():
            parts = [running for running in self.running.values() if running.part.stops == turn]
            await asyncio.gather(*(self._stop_one(running, patience_s) for running in parts))
        self._group.end()

    async def _stop_one(self, running: Running, patience_s: float) -> None:
        if running.process:
            await self._end(running.process, patience_s)
        if running.task:
            running.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running.task

    async def _end(self, process: asyncio.subprocess.Process, patience_s: float) -> None:
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), patience_s)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _keep(self, running: Running) -> None:
        delay_s = FIRST_DELAY_S
        while True:
            started_s = time.monotonic()
            with self._log(running.part) as log:
                running.process = await self._spawn(running.part, log)
            status = await running.process.wait()
            if self._stopping:
                return
            if time.monotonic() - started_s > STEADY_S:
                delay_s = FIRST_DELAY_S
            self._tell(
                f"{running.part.name} {how_it_ended(status)}{self._last_words(running.part)}; starting again in {delay_s:g} s"
            )
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, LONGEST_DELAY_S)
            running.restarts += 1

    async def _spawn(self, part: Part, output: "int | IO[bytes]") -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *part.command,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=asyncio.subprocess.STDOUT,
            env={**self._environment, **part.environment}, cwd=part.folder,
            pass_fds=(*part.fds, self._lock_fd), process_group=self._group.id,
        )  # fmt: skip

    @property
    def group_id(self) -> int:
        return self._group.id

    def log_of(self, part: Part) -> Path:
        return self._logs / f"{part.name}.log"

    def _log(self, part: Part) -> "IO[bytes]":
        path = self.log_of(part)
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _last_words(self, part: Part) -> str:
        with self.log_of(part).open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - 4000))
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        return f" ({lines[-1][:200]})" if lines else ""


def how_it_ended(status: int) -> str:
    """In words; a negative status is a signal's number."""
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
