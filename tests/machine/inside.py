"""Runs in the guest: `python -m tests.machine.inside SUITE`. The bridge on the real bluetoothd, a panel on the kernel's radio."""

import asyncio
import contextlib
import json
import os
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import House, open_house
from tests.machine import bond, faults, lent, main_path, maker
from tests.machine.guest_system import ASKS_FOR_A_CODE, PLAIN, Air, System

TOLD: Final = Path("/told")
HOUSE: Final = Path("/run/house")
Part = Callable[[House, System, Observer], Awaitable[None]]
SUITES: Final[dict[str, Sequence[Part]]] = {
    "main": main_path.PARTS,
    "faults": (*main_path.PARTS, *faults.PARTS),
    "bond": bond.PARTS,
    "maker": maker.PARTS,
}
AIR: Final = {"bond": ASKS_FOR_A_CODE, "maker": maker.AIR}


def tell(name: str, *, passed: bool, said: str, took_s: float) -> None:
    with TOLD.joinpath("steps.jsonl").open("a") as lines:
        lines.write(json.dumps({"name": name, "passed": passed, "said": said, "took_s": round(took_s, 1)}) + "\n")


async def carry_out(part: Part, house: House, system: System, observer: Observer) -> bool:
    name = part.__name__.replace("_", " ")
    began_s = time.monotonic()
    try:
        async with asyncio.timeout(90):
            await part(house, system, observer)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told outside
        tell(name, passed=False, said="".join(traceback.format_exception(error))[-3000:], took_s=time.monotonic() - began_s)
        return False
    tell(name, passed=True, said="", took_s=time.monotonic() - began_s)
    return True


@contextlib.asynccontextmanager
async def furnished(folder: Path, *air: str) -> AsyncIterator[tuple[House, System, Observer]]:
    system = System()
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    async with Air(folder, *air) as observer:
        await system.power_on()
        async with open_house(folder, observer.spans, PYTHONPATH=os.environ["PYTHONPATH"]) as house:
            try:
                yield house, system, observer
            finally:
                log = house.bridge.folder / "log"
                TOLD.joinpath("bridge.log").write_text(log.read_text())


async def run(suite: str) -> int:
    if suite == "maker":
        maker.put_profile(HOUSE / "home")
    if suite == "lent":
        return await lent.lend(HOUSE)
    began_s = time.monotonic()
    async with furnished(HOUSE, *AIR.get(suite, PLAIN)) as (house, system, observer):
        tell("the bridge is up", passed=True, said="", took_s=time.monotonic() - began_s)
        passed = [await carry_out(part, house, system, observer) for part in SUITES[suite]]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1])))
