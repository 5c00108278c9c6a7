"""The hands of a link's machine: each effect is answered, however it ends, and nothing is left behind [B49]."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from ble_bridge.contract import wire
from ble_bridge.conversation import OperationFailedError
from ble_bridge.drivers.open_panel_wire import encode_info
from ble_bridge.panel_link import PanelLink
from ble_bridge.profiles.profile import shipped
from ble_bridge.run_words import LinkDown, Linking, LinkUp
from ble_bridge.virtual.model import panel_info
from tests.patience import PATIENCE_S

PLACE = "F0:F1:F2:F3:F4:F5"
INFO = panel_info("LINKED")
PROFILE = shipped()["open-panel-1"]
PAIRED = wire.PairedPanel(
    panel_id=UUID(int=7),
    name="Panel",
    identity=wire.Identity(
        address=PLACE, serial="LINKED", gatt_fingerprint="a" * 64, profile=PROFILE.profile, profile_hash=PROFILE.hash
    ),
    channels=[wire.Channel(wavelength_nm=one.wavelength_nm, min_pct=one.min_pct, max_pct=one.max_pct) for one in INFO.channels],
)


class Wire:
    """A link to the paired panel."""

    def __init__(self, air: "Air", on_lost: Callable[[], None]) -> None:
        self.air, self.story, self.on_lost = air, air.story, on_lost
        self.connected = True
        self.may_answer = asyncio.Event()
        if not air.mute:
            self.may_answer.set()

    def characteristics(self) -> list[str]:
        return [PROFILE.recognise.information or "", *PROFILE.recognise.characteristics]

    def fingerprint(self) -> str:
        return "a" * 64

    async def told(self, _information: str | None) -> bytes:
        self.air.reading.set()
        await self.may_answer.wait()
        return encode_info(INFO)

    async def subscribe(self, _characteristic: str, _heard: Callable[[bytes], None]) -> None:
        if not self.connected:
            raise OperationFailedError("lost", "not connected")

    def lose(self) -> None:
        self.connected = False
        self.on_lost()

    async def close(self) -> None:
        self.story.append("let go")
        self.lose()


class Air:
    """A radio that hears the panel, once it may."""

    spec = "virtual:here"

    def __init__(self, story: list[Any]) -> None:
        self.story, self.seen = story, dict[str, Any]()
        self.links: list[Wire] = []
        self.may_find, self.may_connect, self.reading = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.mute = False
        self.may_find.set()
        self.may_connect.set()
        self.problem: Exception | None = None
        self.problem_to_connect: BaseException | None = None
        """Once."""

    async def find(self, _address: str, _within_s: float) -> Any:
        if self.problem is not None:
            raise self.problem
        await self.may_find.wait()
        return SimpleNamespace(address=PLACE)

    async def bonded(self, _device: Any) -> bool:
        return False

    async def connect(self, _device: Any, on_lost: Callable[[], None]) -> Wire:
        self.story.append("connects")
        await self.may_connect.wait()
        problem, self.problem_to_connect = self.problem_to_connect, None
        if problem is not None:
            raise problem
        self.links.append(Wire(self, on_lost))
        return self.links[-1]


class Owner:
    def __init__(self, story: list[Any]) -> None:
        self.story, self.heard = story, asyncio.Event()

    def post(self, event: Any) -> None:
        self.story.append(type(event))
        self.heard.set()

    def linked(self, conversation: Any, event: LinkUp) -> None:
        assert (conversation is not None, event.mismatch) == (True, "")
        self.post(event)

    def show(self, _passkey: str | None) -> None: ...

    def shut_out(self) -> None:
        raise AssertionError("nothing is bonded")


class Stand:
    def __init__(self) -> None:
        self.story: list[Any] = []
        self.air, self.other, self.owner = Air(self.story), Air(self.story), Owner(self.story)
        self.other.may_find.clear()
        radios: list[Any] = [self.air, self.other]
        self.link = PanelLink(PAIRED, radios, {PROFILE.profile: PROFILE})
        self.minding: asyncio.Task[None] | None = None

    def mind(self) -> None:
        self.minding = asyncio.get_running_loop().create_task(self.link.mind(self.owner))
        self.link.wanted(True)

    async def until(self, what: Any) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while what not in self.story:
                self.owner.heard.clear()
                await self.owner.heard.wait()

    async def close(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.link.close()


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    stand = Stand()
    yield stand
    await stand.close()
    if stand.minding is not None:
        await stand.minding
    left = [task for task in asyncio.all_tasks() if "PanelLink" in repr(task.get_coro())]
    assert not left, "nothing is left behind"


async def test_B49_a_link_comes_up_and_is_told_to_be_down_before_it_is_let_go(stand: Stand) -> None:
    stand.mind()
    await stand.until(LinkUp)
    await stand.close()
    assert stand.story == [Linking, "connects", LinkUp, LinkDown, "let go"]


async def test_B49_a_loss_is_told_at_once_and_the_panel_is_sought_again(stand: Stand) -> None:
    stand.mind()
    await stand.until(LinkUp)
    stand.air.links[0].lose()
    assert stand.story[-1] is LinkDown
    stand.story.clear()
    await stand.until(LinkUp)
    assert stand.story == ["let go", Linking, "connects", LinkUp]


async def test_B49_a_loss_of_which_nobody_tells_is_seen(stand: Stand) -> None:
    stand.mind()
    await stand.until(LinkUp)
    stand.air.links[0].connected = False
    await stand.until(LinkDown)


async def test_B49_one_that_is_lost_while_it_is_compared_is_spoken_to_no_more(stand: Stand) -> None:
    stand.air.mute = True
    stand.mind()
    await stand.air.reading.wait()
    stand.air.links[0].lose()
    assert stand.story == [Linking, "connects", LinkDown]
    stand.air.mute = False
    stand.air.links[0].may_answer.set()
    await stand.until(LinkUp)
    assert stand.story == [Linking, "connects", LinkDown, "let go", Linking, "connects", LinkUp]


@pytest.mark.parametrize("at", ["begin", "seek", "connect", "read"])
async def test_B49_it_is_closed_at_any_moment(stand: Stand, at: str) -> None:
    if at == "seek":
        stand.air.may_find.clear()
    elif at == "connect":
        stand.air.may_connect.clear()
    stand.air.mute = at == "read"
    stand.mind()
    for _ in range(0 if at == "begin" else 30):
        await asyncio.sleep(0)
    await stand.close()
    wanted = {
        "begin": [],
        "seek": [],
        "connect": [Linking, "connects", LinkDown],
        "read": [Linking, "connects", LinkDown, "let go"],
    }
    assert stand.story == wanted[at]


async def test_B49_a_search_that_is_stopped_before_it_began_has_ended_too(stand: Stand) -> None:
    stand.mind()
    await asyncio.sleep(0)  # minded and wanted; the radios have not begun
    assert not stand.story
    await stand.close()
    assert not stand.story


async def test_B49_who_minds_it_no_more_lets_it_go(stand: Stand) -> None:
    stand.mind()
    await stand.until(LinkUp)
    assert stand.minding is not None
    stand.minding.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await stand.minding
    stand.minding = None
    assert stand.story[-2:] == [LinkDown, "let go"]


async def test_B49_a_radio_that_fails_does_not_end_the_search_of_the_others(stand: Stand) -> None:
    stand.other.problem = RuntimeError("a surprise")
    stand.mind()
    await stand.until(LinkUp)


@pytest.mark.parametrize("problem", [OperationFailedError("lost", "no"), RuntimeError("a surprise"), asyncio.CancelledError()])
async def test_B49_what_fails_or_is_cancelled_by_a_library_is_sought_again(stand: Stand, problem: BaseException) -> None:
    stand.air.problem_to_connect = problem
    stand.mind()
    await stand.until(LinkUp)
    assert stand.story == [Linking, "connects", LinkDown, Linking, "connects", LinkUp]
