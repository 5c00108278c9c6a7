"""A BlueZ in software with a bridge's radio on it, and how a scenario waits."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ble_bridge.conversation import OperationFailedError
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.radio import Device, Radio
from tests.ble_bridge.bluez.adapter import ADDRESS
from tests.ble_bridge.bluez.mock import MockBlueZ
from tests.patience import PATIENCE_S


@dataclass(slots=True)
class Stand:
    """A BlueZ and a bridge's radio on it."""

    bluez: MockBlueZ
    radio: Radio
    folder: Path
    losses: list[float] = field(default_factory=list)
    links: list[GattLink] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def link(self, radio: Radio | None = None) -> GattLink:
        """Found and connected; closed at the test's end."""
        radio = radio or self.radio
        device = await radio.find(ADDRESS, 5)
        assert device is not None, "the panel is not found"
        link = await radio.connect(device, lambda: self.losses.append(time.monotonic()))
        self.links.append(link)
        return link

    async def device(self) -> Device:
        device = await self.radio.find(ADDRESS, 5)
        assert device is not None
        return device

    async def close(self) -> None:
        for link in self.links:
            await link.close()
        await self.bluez.die()  # whoever waits for it is answered by the bus
        for task in self.tasks:
            task.cancel()
            await asyncio.wait({task}, timeout=PATIENCE_S)

    def left_behind(self, *, ours: bool) -> None:
        """BlueZ holds the panel connected, for a process that is dead, or for another program."""
        self.bluez.hold()
        self.folder.joinpath("links.json").write_text(json.dumps([ADDRESS] if ours else []))


async def until(holds: Callable[[], Any], within_s: float, what: str) -> None:
    deadline_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline_s, f"not within {within_s} s: {what}"
        await asyncio.sleep(0.01)


async def fails(work: Awaitable[Any], outcome: str, within_s: float) -> None:
    """An operation ends so, and in time."""
    began_s = time.monotonic()
    with pytest.raises(OperationFailedError) as failed:
        await asyncio.wait_for(work, within_s + 1)
    assert failed.value.outcome == outcome, str(failed.value)
    assert time.monotonic() - began_s < within_s, f"took {time.monotonic() - began_s:.2f} s"
