"""What `manage.py up` can be told."""

import argparse
from dataclasses import dataclass
from pathlib import Path

MAX_PORT = 65535


@dataclass(frozen=True)
class Options:
    port: int
    data: Path
    demo: bool
    dev: bool
    origin: str | None
    """Address that browsers use, when it is not http://localhost:PORT."""


def port(text: str) -> int:
    value = int(text)
    if not 1 <= value <= MAX_PORT:
        raise ValueError(text)
    return value


def parse(arguments: list[str], default_data: Path) -> Options:
    parser = argparse.ArgumentParser(
        prog="manage.py up",
        description="Start NIRWeb on this machine: server, worker, store, Bluetooth bridge and a virtual panel.",
    )
    parser.add_argument("--port", type=port, default=8000, metavar="N", help="where to serve, on this machine only (8000)")
    parser.add_argument(
        "--data", type=Path, default=default_data, metavar="DIR", help=f"where everything is kept ({default_data})"
    )
    parser.add_argument("--origin", metavar="URL", help="the address of an HTTPS proxy in front of it, kept from then on")
    parser.add_argument("--no-demo", action="store_true", help="without the virtual panels and the try-out without an account")
    parser.add_argument("--dev", action="store_true", help="reload server and phone app when their sources change")
    given = parser.parse_args(arguments)
    return Options(
        port=given.port, data=given.data.expanduser().absolute(), demo=not given.no_demo, dev=given.dev, origin=given.origin
    )
