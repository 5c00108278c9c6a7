"""The commands of `python -m ble_bridge` besides `run`. Bad input is one clear line on stderr, and exit status 2."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import structlog

EXIT_BAD_INPUT: Final = 2
SECONDS_MOST: Final = 600


class CommandError(Exception):
    """One line for a person."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    profile = commands.add_parser("profile", help="look at, make and try a panel profile").add_subparsers(required=True)
    _file(profile, "check", "say what is wrong with a profile, by line", "files:check")
    vectors = _file(profile, "vectors", "the bytes of every message; the transcript beside it is checked", "files:vectors")
    vectors.add_argument("--transcript", type=Path, help="instead of the one beside the file")
    vectors.add_argument("--wavelengths", type=_wavelengths, default=(), metavar="NM,NM", help="where the owner names them")
    trial = _file(profile, "try", "drive a panel that is near at its lowest level, step by step", "trial:attempt")
    trial.add_argument("--wavelengths", type=_wavelengths, default=(), metavar="NM,NM", help="where the owner names them")
    trial.add_argument("--address", help="of the panel, where several are near")
    _radio(trial)
    profile.add_parser("schema", help="the JSON schema of profile files").set_defaults(does="files:schema")
    new = profile.add_parser("new", help="a profile to be filled in, from a recording")
    new.add_argument("recording", type=Path)
    new.set_defaults(does="files:new")
    _air(commands)
    doctor = commands.add_parser("doctor", help="what is wrong with this bridge, and how to mend it; changes nothing")
    doctor.add_argument("--home", type=Path, action="append", default=[], help="the bridge's folder; repeatable")
    doctor.add_argument("--json", action="store_true", help="for a program")
    doctor.set_defaults(does="ble_bridge.doctor.command:doctor")
    install = commands.add_parser("install-service", help="let this machine start the bridge, and again when it fails or hangs")
    install.add_argument("--home", type=Path, action="append", required=True, help="folder with bridge.toml; repeatable")
    install.add_argument("--user", help="whom it runs as; unless said: who typed this, or sudo")
    install.set_defaults(does="ble_bridge.service.command:install")
    commands.add_parser("uninstall-service", help="stop and remove it; the folder stays").set_defaults(
        does="ble_bridge.service.command:uninstall"
    )


def _air(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    scan = commands.add_parser("scan", help="what is in the air, and which profile would fit")
    scan.add_argument("--seconds", type=_seconds, default=8)
    scan.add_argument("--profiles", type=Path, help="a folder with profiles of your own")
    scan.set_defaults(does="air:scan")
    _radio(scan)
    capture = commands.add_parser("capture", help="record what a device says; nothing is sent to it but the wish to hear")
    capture.add_argument("address")
    capture.add_argument("file", type=Path)
    capture.add_argument("--seconds", type=_seconds, default=30)
    capture.set_defaults(does="air:capture")
    _radio(capture)
    replay = _file(commands, "replay", "read a recording, or an Android btsnoop log, with a profile", "replay:replay")
    replay.add_argument("recording", type=Path)
    replay.add_argument("--wavelengths", type=_wavelengths, default=(), metavar="NM,NM", help="where the owner names them")
    replay.add_argument("--handle", type=_handle, action="append", default=[], metavar="0x12=fff1", help="if the log lacks it")


def _file(into: Any, name: str, says: str, does: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = into.add_parser(name, help=says)
    parser.add_argument("profile", type=Path, help="the profile's file, or the id of one that comes with the bridge")
    parser.set_defaults(does=does)
    return parser


def _radio(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--radio", default="system", help='"system" or "virtual:PATH"')


def _seconds(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= SECONDS_MOST:
        raise argparse.ArgumentTypeError(f"{text!r}: write seconds from 1 to {SECONDS_MOST}")
    return int(text)


def _wavelengths(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isdigit() and 400 <= int(part) <= 1400 for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r}: write wavelengths of 400 to 1400 in the panel's order, such as 630,660,850")
    return tuple(int(part) for part in parts)


def _handle(text: str) -> tuple[int, str]:
    from ble_bridge.profiles.compiler import full_uuid

    handle, _, uuid = text.partition("=")
    try:
        return int(handle, 16), full_uuid(uuid.lower())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: write a handle and its characteristic, such as 0x12=fff1") from error


def carry_out(given: argparse.Namespace) -> int:
    """The exit status: 0 when all is well, 1 when what was looked at is not, 2 when it could not be looked at."""
    from importlib import import_module

    from ble_bridge.profiles.faults import ProfileError

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # a command says what matters
    module, _, name = given.does.partition(":")
    work: Callable[[argparse.Namespace], int | Coroutine[Any, Any, int]] = getattr(
        import_module(module if "." in module else f"ble_bridge.commands.{module}"), name
    )
    try:
        done = work(given)
        return done if isinstance(done, int) else asyncio.run(_until_told_to_end(done))
    except (CommandError, ProfileError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BAD_INPUT
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    except BrokenPipeError:
        return 0


async def _until_told_to_end(work: Coroutine[Any, Any, int]) -> int:
    """Ended by a signal it may still turn off what it lit. Also where signals came ignored, as in a background job of a shell."""
    task = asyncio.get_running_loop().create_task(work)
    told = False

    def end() -> None:
        nonlocal told
        if not told:  # a second Ctrl-C does not break off the turning off
            told = True
            task.cancel()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has not all of them
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), end)
    return await task


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
