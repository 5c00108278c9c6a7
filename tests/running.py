"""A real `manage.py up` in a process of its own, for tests and benchmarks."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.patience import END_S, PATIENCE_S, START_S

PROJECT: Final = Path(__file__).resolve().parents[1]
LINK: Final = r"\S+/link\?code=\S+"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Up:
    """`up` with its output read as it comes. Times are in seconds of the monotonic clock."""

    def __init__(
        self,
        data: Path,
        *options: str,
        port: int = 0,
        project: Path = PROJECT,
        python: str = sys.executable,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.port = port or free_port()
        self.origin = f"http://localhost:{self.port}"
        self.lines: list[str] = []
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}
        self.started_s = time.monotonic()
        self.process = subprocess.Popen(
            [python, "manage.py", "up", "--port", str(self.port), "--data", str(data), *options],
            cwd=project, env={**inherited, **(environment or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str, timeout_s: float = PATIENCE_S) -> str:
        """The first line that holds the pattern `words`."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            for line in list(self.lines):
                if re.search(words, line):
                    return line
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"“{words}” was not said within {timeout_s} s:\n{self.output}")

    def link(self) -> str:
        """Of the bridge that waits to be let in, the one said last: a bridge that is sent away, or waits long, asks anew."""
        self.wait_for(LINK)
        return str(re.findall(LINK, self.output)[-1])

    def wait_until_ready(self, timeout_s: float = START_S) -> float:
        """Seconds from the start to the line that says ready."""
        self.wait_for("NIRWeb is ready", timeout_s)
        return time.monotonic() - self.started_s

    def wait(self, timeout_s: float = END_S) -> int:
        status = self.process.wait(timeout_s)
        self._reader.join(PATIENCE_S)
        assert self.process.stdout
        self.process.stdout.close()
        return status

    def group(self) -> int:
        """The process group that holds all parts."""
        groups = {group for pid, parent, group, _ in processes() if parent == self.process.pid and group != self.process.pid}
        (group,) = groups - {os.getpgid(self.process.pid)}
        return group

    def part(self, words: str) -> int:
        """The process id of the part whose command holds `words`."""
        group = self.group()
        (pid,) = [pid for pid, _, its_group, command in processes() if its_group == group and words in command]
        return pid

    def stop(self) -> float:
        """Ctrl-C; returns how many seconds it took to end."""
        started_s = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.wait()
        return time.monotonic() - started_s


def processes() -> list[tuple[int, int, int, str]]:
    """(pid, parent, group, command) of every process that is not a zombie."""
    listed = subprocess.run(["ps", "-axwwo", "pid=,ppid=,pgid=,stat=,command="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 4) for line in listed.stdout.splitlines()]
    return [(int(row[0]), int(row[1]), int(row[2]), row[4]) for row in rows if len(row) == 5 and not row[3].startswith("Z")]


def members(group: int) -> list[str]:
    return [command for _, _, its_group, command in processes() if its_group == group]


def wait_until(true: Callable[[], object], timeout_s: float = PATIENCE_S) -> float:
    """Seconds until it is true."""
    started_s = time.monotonic()
    while not true():
        assert time.monotonic() - started_s < timeout_s, "it did not come true in time"
        time.sleep(0.05)
    return time.monotonic() - started_s


@contextmanager
def running(
    data: Path, *options: str, port: int = 0, environment: Mapping[str, str] | None = None, patience_s: float = START_S
) -> Iterator[Up]:
    """A ready `up`, stopped at the end."""
    up = Up(data, *options, port=port, environment=environment)
    try:
        up.wait_until_ready(patience_s)
        yield up
    finally:
        if up.process.poll() is None:
            up.stop()
