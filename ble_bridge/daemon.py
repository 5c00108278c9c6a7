"""The bridge's process: its homes, its signals, its log, and how it ends."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import structlog

from ble_bridge.home import Home
from ble_bridge.home_file import HomeFile, HomeFileError, read
from ble_bridge.journal import JournalError
from ble_bridge.lock import LockedError, lock
from ble_bridge.profiles.profile import ProfileError, shipped
from ble_bridge.radio.radio import Radio
from ble_bridge.watchdog import Manager

EXIT_CONFIGURATION: Final = 2
EXIT_LOCKED: Final = 3
EXIT_JOURNAL: Final = 4
END_WITHIN_S: Final = 4.5
log = structlog.stdlib.get_logger(__name__)


class StartError(Exception):
    """The bridge cannot start: one line for a person, and the exit status."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


def set_up_log(form: str, level: int = logging.INFO) -> None:
    """Structured lines on stdout; `form` is `json` or `text`. Each line about a command carries its trace."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout, force=True)
    logging.getLogger("ble_bridge").setLevel(level)


def main(folders: Sequence[Path]) -> int:
    """Runs the homes in these folders until told to end; the exit status."""
    set_up_log(os.environ.get("NIRWEB_LOG", "text"))
    try:
        with ExitStack() as held:
            homes = [(folder, _take(folder, held)) for folder in folders]
            return asyncio.run(_run(homes))
    except StartError as error:
        sys.stderr.write(f"bridge: {error}\n")
        return error.status


def _take(folder: Path, held: ExitStack) -> HomeFile:
    """What its file says, with the folder locked for us [B32]."""
    try:
        file = read(folder)
        held.enter_context(lock(folder))
    except HomeFileError as error:
        raise StartError(str(error), EXIT_CONFIGURATION) from error
    except LockedError as error:
        raise StartError(str(error), EXIT_LOCKED) from error
    except OSError as error:
        raise StartError(f"{folder} cannot be used: {error.strerror or error}", EXIT_CONFIGURATION) from error
    return file


async def _run(files: Sequence[tuple[Path, HomeFile]]) -> int:
    try:
        profiles = shipped()
    except ProfileError as error:
        raise StartError(str(error), EXIT_CONFIGURATION) from error
    radios = {spec: Radio(spec, folder / "links.json") for folder, file in reversed(files) for spec in file.radios}
    try:
        homes = [Home(folder, file, [radios[spec] for spec in file.radios], profiles) for folder, file in files]
    except JournalError as error:
        raise StartError(str(error), EXIT_JOURNAL) from error
    gc.freeze()  # what stays is not looked at again by each full collection
    work = [asyncio.create_task(home.run()) for home in homes]
    _end_on_signal(work)
    manager = Manager()
    watched = asyncio.create_task(manager.be_watched(lambda: all(home.goes_on for home in homes)))
    log.info("bridge up", homes=[str(folder) for folder, _ in files])
    manager.tell("READY=1")
    try:
        await asyncio.gather(*work)
    except asyncio.CancelledError:
        manager.tell("STOPPING=1")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_WITHIN_S):
                await asyncio.gather(*work, return_exceptions=True)
    finally:
        _cancel([*work, watched])
        await asyncio.gather(*work, watched, return_exceptions=True)
        await asyncio.gather(*(radio.close() for radio in radios.values()), return_exceptions=True)
    log.info("bridge ended")
    return 0


def _end_on_signal(work: Sequence[asyncio.Task[None]]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, _cancel, work)
        except NotImplementedError:  # Windows, whose loop wakes by itself since the panels tick
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(_cancel, work))


def _cancel(work: Sequence[asyncio.Task[None]]) -> None:
    for task in work:
        task.cancel()
