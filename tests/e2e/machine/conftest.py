"""Server and browser are this machine's; bridge and panel are a virtual machine's, on the real bluetoothd and kernel."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ble_bridge.virtual.observer import Observer
from tests.machine import boot
from tests.machine.image import image
from tests.running import PROJECT, Up, free_port, running


@dataclass(frozen=True, slots=True)
class Machine:
    panel: Observer
    _said: Callable[[str], str]

    def link(self) -> str:
        """Of its bridge, which waits to be let in."""
        return self._said(r"http\S+/link\?code=[\w-]+")


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with running(tmp_path_factory.mktemp("up") / "data", "--no-demo") as up:
        yield up


@pytest.fixture(scope="session")
def machine(up: Up, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    socket, port = folder / "observer.sock", free_port()
    with boot.lent(image(), folder, server_port=up.port, observer_port=port) as said:
        passing_on = subprocess.Popen(
            [sys.executable, "-m", "tests.machine.forward", f"unix:{socket}", f"127.0.0.1:{port}"], cwd=PROJECT
        )
        try:
            yield Machine(Observer(socket, "home"), lambda pattern: _wait_for(said, pattern))
        finally:
            passing_on.terminate()
            passing_on.wait()


def _wait_for(said: Path, pattern: str, within_s: float = 180) -> str:
    began_s = time.monotonic()
    while not (found := re.findall(pattern, said.read_text(errors="replace"))):
        assert time.monotonic() - began_s < within_s, f"“{pattern}” was not said:\n{said.read_text(errors='replace')[-3000:]}"
        time.sleep(0.2)
    return str(found[-1])
