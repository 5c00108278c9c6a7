"""`scan` and `capture`: what is in the air, and what a device says. Nothing is sent to it but the wish to hear."""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal

from ble_bridge.commands.command import CommandError, say
from ble_bridge.commands.recording import Characteristic, Device, Record, Recorder
from ble_bridge.conversation import OperationFailedError
from ble_bridge.profiles.profile import Profile, in_folder, shipped
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.radio import Radio, Sighting
from ble_bridge.radio.system import RadioProblemError

FIND_WITHIN_S: Final = 10.0
_LETTERS: Final = 28
What = Literal["heard", "read", "wrote"]
Keeper = Callable[[What, str, bytes], None]


@asynccontextmanager
async def open_radio(spec: str) -> AsyncIterator[Radio]:
    """Raises CommandError for one that there is not, or that cannot be used."""
    try:
        radio = Radio(spec)
    except ValueError as error:
        raise CommandError(str(error)) from error
    try:
        problem = await radio.problem()
        if problem:
            raise CommandError(problem)
        yield radio
    except RadioProblemError as error:
        raise CommandError(str(error)) from error
    finally:
        await radio.close()


@asynccontextmanager
async def linked(radio: Radio, sighting: Sighting) -> AsyncIterator[GattLink]:
    """Raises CommandError when it takes no connection."""
    try:
        link = await radio.connect(sighting.device, lambda: None)
    except OperationFailedError as error:
        text = f"{sighting.name or sighting.address} takes no connection: close the maker's app, then try again ({error})"
        raise CommandError(text) from error
    try:
        yield link
    finally:
        await link.close()


async def heard_for(radio: Radio, seconds: float) -> dict[str, Sighting]:
    heard: dict[str, Sighting] = {}
    async with radio.listening(lambda sighting: heard.__setitem__(sighting.address, sighting)):
        await asyncio.sleep(seconds)
    return heard


async def seek(radio: Radio, address: str) -> Sighting:
    """Raises CommandError when it is not heard."""
    found: asyncio.Future[Sighting] = asyncio.get_running_loop().create_future()

    def hear(sighting: Sighting) -> None:
        if sighting.address.upper() == address.upper() and sighting.name and not found.done():
            found.set_result(sighting)

    async with radio.listening(hear):
        try:
            async with asyncio.timeout(FIND_WITHIN_S):
                return await found
        except TimeoutError as error:
            if address in radio.seen:
                return radio.seen[address]
            raise CommandError(f"{address} is not heard: bring it near, close the maker's app; `scan` shows what is") from error


# ── Scan ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def scan(given: argparse.Namespace) -> int:
    profiles = dict(shipped())
    if given.profiles is not None:
        if not given.profiles.is_dir():
            raise CommandError(f"{given.profiles} is no folder: write the one with your profiles")
        own, errors = in_folder(given.profiles)
        profiles = {**own, **profiles}
        for error in errors:
            say(str(error))
    async with open_radio(given.radio) as radio:
        heard = await heard_for(radio, given.seconds)
        held = await radio.held()
    for sighting in sorted(heard.values(), key=lambda one: -one.rssi_dbm):
        _show(sighting, profiles)
    for address, name in held.items():
        if address not in heard:
            say(f"{address}  {name[:_LETTERS]:{_LETTERS}}   held connected by another program of this machine: close it")
    say(f"{len(heard)} in the air")
    if not any(_fitting(one, profiles) for one in heard.values()):
        say("A panel that is not here is off, far, or held by the maker's app on a phone: in a link it tells nobody.")
    return 0


def _fitting(sighting: Sighting, profiles: Mapping[str, Profile]) -> list[str]:
    return [name for name, one in profiles.items() if one.fits_advertisement(sighting.service_uuids, sighting.name)]


def _show(sighting: Sighting, profiles: Mapping[str, Profile]) -> None:
    fits = ", ".join(_fitting(sighting, profiles)) or "no profile fits"
    services = " ".join(uuid[4:8] if uuid.endswith("-0000-1000-8000-00805f9b34fb") else uuid for uuid in sighting.service_uuids)
    say(f"{sighting.address}  {sighting.name[:_LETTERS]:{_LETTERS}} {sighting.rssi_dbm:4} dBm  {fits}   {services}")


# ── Capture ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def capture(given: argparse.Namespace) -> int:
    async with open_radio(given.radio) as radio:
        sighting = await seek(radio, given.address)
        async with linked(radio, sighting) as link:
            table = tuple(Characteristic(uuid, tuple(sorted(can))) for uuid, can in link.table())
            device = Device(sighting.name, sighting.address, sighting.service_uuids, table)
            count = await _record(link, device, given.file, given.seconds)
    say(f"{given.file}: {count} records of {device.name or device.address}")
    say(f"Next: python3 -m ble_bridge profile new {given.file} > my-panel.toml")
    return 0


async def _record(link: GattLink, device: Device, path: Path, seconds: float) -> int:
    count = 0
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError as error:
        raise CommandError(f"{path} is there already: write another name") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    with file:
        recorder, began_s = Recorder(file, device), time.monotonic()

        def keep(what: What, uuid: str, data: bytes) -> None:
            nonlocal count
            count += 1
            recorder.record(Record(time.monotonic() - began_s, what, uuid, data))
            say(f"{what:5}  {uuid[4:8]}  {data.hex(' ').upper()}")

        for one in device.characteristics:
            await _open_ears(link, one, keep)
        say(f"Listening for {seconds} s: use the panel's own buttons now. Ctrl-C ends it sooner.")
        ends_s = time.monotonic() + seconds
        while link.connected and time.monotonic() < ends_s:  # noqa: ASYNC110 - bleak tells of its end only by this
            await asyncio.sleep(min(0.2, max(0.0, ends_s - time.monotonic())))
        if not link.connected:
            say("The link is gone.")
    return count


async def _open_ears(link: GattLink, one: Characteristic, keep: Keeper) -> None:
    try:
        if "read" in one.properties:
            keep("read", one.uuid, await link.read(one.uuid))
        if {"notify", "indicate"} & set(one.properties) and not one.hidden:
            await link.subscribe(one.uuid, lambda data: keep("heard", one.uuid, data))
    except OperationFailedError as error:
        say(f"{one.uuid[4:8]}: {error}")
