"""`python -m ble_bridge.virtual --dir RUNDIR --radio home --radio demo`: virtual panels, each on a radio of its own.

Serves RUNDIR/hci-<radio>.sock (the bridge's controller) and RUNDIR/observer.sock (what the lamps truly do). Ends on SIGTERM or
SIGINT, or when the process named by `--parent` ends.
"""

import argparse
import asyncio
import fcntl
import logging
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from ble_bridge.virtual.makers import MAKES
from ble_bridge.virtual.observer_socket import ObserverSocket
from ble_bridge.virtual.port import SocketPathError, socket_path
from ble_bridge.virtual.station import Station

_PARENT_LOOK_S: Final = 0.5
_log = logging.getLogger("ble_bridge.virtual")


def _radio_name(text: str) -> tuple[str, str | None]:
    """`home`, or `block=blockbluelight` for a panel of another make."""
    name, _, make = text.partition("=")
    if not re.fullmatch(r"[a-z0-9-]{1,16}", name):
        raise argparse.ArgumentTypeError(f"{name!r}: a radio's name is 1 to 16 of a-z, 0-9 and -")
    if make and make not in MAKES:
        raise argparse.ArgumentTypeError(f"{make!r}: a make is one of {', '.join(MAKES)}")
    return name, make or None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ble_bridge.virtual", description="Virtual light panels, each on its own radio."
    )
    parser.add_argument("--dir", type=Path, required=True, help="folder for the sockets; its name must be short")
    parser.add_argument(
        "--radio", type=_radio_name, action="append", required=True, help="a radio with one panel, or NAME=MAKE; repeatable"
    )
    parser.add_argument(
        "--kernel",
        action="store_true",
        help="put the radio into this machine's kernel as an adapter (root; for a virtual machine)",
    )
    parser.add_argument("--bonds", action="store_true", help="panels are paired with a code typed in at them")
    parser.add_argument("--bridges", type=int, default=1, metavar="N", help="bridges near each radio (1); see Station")
    parser.add_argument("--parent", type=int, help="end when this process ends")
    parser.add_argument("--verbose", action="store_true", help="log what goes on")
    return parser.parse_args()


def _take_folder(folder: Path) -> TextIO:
    """Raises BlockingIOError when another process serves this folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / "virtual.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


async def _parent_gone(pid: int) -> None:
    """A parent that ended but was not reaped still has its number; its child has a new parent then."""
    own_parent = os.getppid() == pid
    while True:
        if not _runs(pid) or (own_parent and os.getppid() != pid):
            return
        await asyncio.sleep(_PARENT_LOOK_S)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _serve(folder: Path, radios: dict[str, str | None], parent: int | None, **stations_are: Any) -> None:
    """`stations_are`: as of `Station`."""
    told_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
    stations = {radio: Station(radio, folder, make, **stations_are) for radio, make in radios.items()}
    observer = ObserverSocket(stations, socket_path(folder, "observer.sock"))
    endings = [asyncio.create_task(told_to_end.wait())]
    if parent is not None:
        endings.append(asyncio.create_task(_parent_gone(parent)))  # type: ignore[arg-type]  # only its end matters
    try:
        for station in stations.values():
            await station.open()
        await observer.open()
        _log.info("ready: %s", ", ".join(f"{s.server.name} on radio {r}" for r, s in stations.items()))
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for ending in endings:
            ending.cancel()
        await observer.close()
        for station in stations.values():
            await station.close()


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO if arguments.verbose else logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("bumble").setLevel(logging.ERROR)
    try:
        lock = _take_folder(arguments.dir)
    except BlockingIOError:
        sys.stderr.write(f"{arguments.dir} is served by another process\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{arguments.dir}: {error.strerror}\n")
        return 2
    with lock:
        try:
            are = {"kernel": arguments.kernel, "bonds": arguments.bonds, "bridges": arguments.bridges}
            asyncio.run(_serve(arguments.dir, dict(arguments.radio), arguments.parent, **are))
        except SocketPathError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
