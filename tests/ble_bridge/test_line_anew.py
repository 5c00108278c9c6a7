"""A line that is closed to say hello with a new journal: for no longer than it must be, and without end to nobody [B46]."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ble_bridge import link
from ble_bridge.contract import wire
from tests.ble_bridge.test_line import Setting, opened, within

LONG_S = 30.0


@pytest.fixture
async def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Setting]:
    monkeypatch.setattr(link, "RETRY_FIRST_S", 0.05)
    async with opened(tmp_path) as made:
        yield made


class NothingStored(dict[UUID, int]):
    """Less than any journal has dropped, also a new one."""

    def get(self, _epoch: UUID, _default: Any = None) -> Any:
        return -2


async def forgets_what_is_gone(setting: Setting) -> None:
    """The server stored an event that the bridge has dropped since, and is put back to before it."""
    setting.tell("arming")
    await within(lambda: setting.journal.journal.dropped_seq == 1)
    setting.server.acked[setting.journal.journal.epoch] = 0


async def test_B46_hello_with_the_new_journal_is_said_at_once(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    await forgets_what_is_gone(setting)
    plain = setting.ears.hello

    async def hello() -> wire.Hello:
        monkeypatch.setattr(link, "RETRY_FIRST_S", LONG_S)  # what waits from now on, waits long
        return await plain()

    monkeypatch.setattr(setting.ears, "hello", hello)
    await setting.server.drop()
    await setting.server.until(lambda: len(setting.server.hellos) == 3, LONG_S / 3)
    first, again, anew = setting.server.hellos
    assert first.epoch == again.epoch != anew.epoch
    await within(lambda: setting.line.open)


async def test_B46_a_server_that_always_knows_less_is_not_stormed(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RETRY_FIRST_S", 0.5)
    setting.server.acked = NothingStored()
    await setting.server.drop()
    await asyncio.sleep(1.5)
    assert 3 <= len(setting.server.hellos) <= 10
