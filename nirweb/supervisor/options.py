"""What `manage.py up` can be told."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from nirweb.home.address import HTTPS_PORT, PAGE_PORT, Asked

MAX_PORT = 65535


@dataclass(frozen=True)
class Options:
    port: int
    data: Path
    demo: bool
    dev: bool
    asked: Asked
    """About the address that browsers use, when it is not http://localhost:PORT."""


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
    _reach(parser)
    parser.add_argument("--no-demo", action="store_true", help="without the virtual panels and the try-out without an account")
    parser.add_argument("--dev", action="store_true", help="reload server and phone app when their sources change")
    given = parser.parse_args(arguments)
    asked = Asked(given.url, given.lan, by_address=given.by_address, https_port=given.https_port, page_port=given.page_port)
    return Options(port=given.port, data=given.data.expanduser().absolute(), demo=not given.no_demo, dev=given.dev, asked=asked)


def _reach(parser: argparse.ArgumentParser) -> None:
    """How phones reach it; each is kept from then on."""
    reach = parser.add_argument_group("reached by phones", "kept in the data folder, for every later start")
    reach.add_argument("--url", metavar="URL", help="https address of a proxy on this machine; none takes it back")
    reach.add_argument(
        "--lan", nargs="?", const="auto", metavar="ADDRESS",
        help="serve the home network by https, on this address of the machine or on all its private ones; none takes it back",
    )  # fmt: skip
    reach.add_argument("--https-port", type=port, metavar="N", help=f"of the home network ({HTTPS_PORT})")
    reach.add_argument("--page-port", type=port, metavar="N", help=f"of the page that leads phones to trusting it ({PAGE_PORT})")
    reach.add_argument("--by-address", action="store_true", help="the last resort: no name, the bare ADDRESS")
