"""What a panel's hands do with the machine's orders: each is told of when it is over, however it ended."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from ble_bridge import panel as room
from ble_bridge.conversation import Conversation
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.open_panel_terms import Op
from ble_bridge.drivers.open_panel_wire import CONTROL_POINT_UUID, Answer, Result, encode_answer, encode_info
from ble_bridge.panel import Panel
from ble_bridge.run_words import OpDone, Write, WriteIdentify, WriteLevels, WriteOff, WriteStart
from ble_bridge.virtual.model import panel_info

LEVELS, START = WriteLevels(0, 1, {660: 50}), WriteStart(0, 1, 60, 3_000, {660: 50}, 2**50)


class Wire:
    """A link to a panel that says yes to every order."""

    connected = True

    def __init__(self) -> None:
        self.written: list[int] = []
        self.say: Callable[[bytes], None] = lambda _answer: None

    async def read(self, _characteristic: str) -> bytes:
        return b""

    async def write(self, _characteristic: str, payload: bytes, *, with_response: bool) -> None:
        self.written.append(payload[0])
        self.say(encode_answer(Answer(payload[0], payload[1], Result.SUCCESS)))

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        if characteristic == CONTROL_POINT_UUID:
            self.say = heard


class Hands(Panel):
    """Without a machine: what is told to it is kept."""

    def __init__(self) -> None:
        parts: Any = mock.Mock()
        super().__init__(parts, parts, parts, parts, parts)
        self.told: list[Any] = []
        self.wire = Wire()

    def post(self, event: Any) -> None:
        self.told.append(event)

    async def link(self) -> "Hands":
        driver = OpenPanel(encode_info(panel_info("HANDS")))
        self._conversation = Conversation(self.wire, driver, heard=lambda _report: None, suspected=lambda _suspect: None)
        await self._conversation.open()
        return self

    async def do(self, *orders: Write) -> list[Any]:
        for order in orders:
            self._operate(order)
        assert not self.told, "later: the machine is in the midst of what asked for it"
        for _ in range(6):
            await asyncio.sleep(0)
        return self.told


@pytest.mark.parametrize("raising", [LEVELS, START])
async def test_B22_what_an_off_drops_before_it_left_is_never_sent_and_told_as_over(
    raising: WriteLevels | WriteStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would count as under way for ever, and nothing would be read of the panel any more."""
    monkeypatch.setattr(room, "may_light", lambda *_: True)
    hands = await Hands().link()
    told = await hands.do(raising, WriteOff(0))
    assert told == [OpDone(0, "levels" if isinstance(raising, WriteLevels) else "start", "missed"), OpDone(0, "off", "ok")]
    assert hands.wire.written == [Op.STOP]


async def test_B12_a_start_that_is_not_awaited_any_more_is_withheld() -> None:
    hands = await Hands().link()
    assert await hands.do(START) == [OpDone(0, "start", "withheld")]
    assert hands.wire.written == []


async def test_an_order_of_another_link_or_without_one_is_lost() -> None:
    hands = await Hands().link()
    assert await hands.do(WriteOff(1)) == [OpDone(1, "off", "lost")]
    assert await Hands().do(WriteOff(0)) == [OpDone(0, "off", "lost")]
    assert hands.wire.written == []


async def test_what_the_panels_wire_cannot_say_is_refused() -> None:
    hands = await Hands().link()
    told = await hands.do(WriteLevels(0, 1, {1234: 50}), WriteIdentify(0))
    assert told == [OpDone(0, "levels", "refused"), OpDone(0, "identify", "ok")]
    assert hands.wire.written == [Op.IDENTIFY]


async def test_a_driver_that_fails_fails_its_order_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = await Hands().link()
    monkeypatch.setattr(OpenPanel, "identify", mock.Mock(side_effect=RuntimeError("a bug")))
    assert await hands.do(WriteIdentify(0), WriteOff(0)) == [OpDone(0, "identify", "missed"), OpDone(0, "off", "ok")]


async def test_B48_over_a_link_that_is_let_go_nothing_is_written() -> None:
    hands = await Hands().link()
    assert hands._conversation is not None
    hands._conversation.over()
    assert await hands.do(LEVELS, WriteOff(0)) == [OpDone(0, "levels", "lost"), OpDone(0, "off", "lost")]
    assert hands.wire.written == []
