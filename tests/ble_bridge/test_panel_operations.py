"""What a panel's hands do with the machine's orders: each is told of when it is over, however it ended."""

import asyncio
from typing import Any
from unittest import mock

import pytest

from ble_bridge.panel import Panel
from ble_bridge.run_words import OpDone, WriteLevels, WriteOff, WriteStart


class Hands(Panel):
    """Without a machine: what is told to it is kept."""

    def __init__(self) -> None:
        parts: Any = mock.Mock()
        super().__init__(parts, parts, parts, parts, parts)
        self.told: list[Any] = []

    def post(self, event: Any) -> None:
        self.told.append(event)


@pytest.mark.parametrize("raising", [WriteLevels(0, 1, {660: 50}), WriteStart(0, 1, 60, 3_000, {660: 50}, 10_000)])
async def test_B22_what_an_off_drops_before_it_began_is_told_as_over(raising: WriteLevels | WriteStart) -> None:
    """Else it would count as under way for ever, and nothing would be read of the panel any more."""
    hands = Hands()
    hands._operate(raising)
    hands._operate(WriteOff(0))
    for _ in range(5):
        await asyncio.sleep(0)
    dropped = OpDone(0, "levels" if isinstance(raising, WriteLevels) else "start", "missed")
    assert {dropped, OpDone(0, "off", "lost")} == set(hands.told)
