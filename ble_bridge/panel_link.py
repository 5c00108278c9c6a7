"""The Bluetooth link of one paired panel: the hands of the machine in `reach.py`. Decides nothing itself."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, Protocol

import structlog

from ble_bridge import by_serial, likeness
from ble_bridge import reach_words as words
from ble_bridge.clock import now_ms
from ble_bridge.contract.wire import PairedPanel
from ble_bridge.conversation import Conversation, OperationFailedError
from ble_bridge.profiles.profile import Profile
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.radio import Device, Radio
from ble_bridge.radio.system import RadioProblemError
from ble_bridge.reach import step
from ble_bridge.reach_model import NO_FACTS, Reach
from ble_bridge.run_words import Event, LinkDown, LinkUp, Report, Reported
from ble_bridge.talk_words import TimePassed, WakeAt

FIND_WITHIN_S: Final = 5.0
log = structlog.stdlib.get_logger(__name__)


class Owner(Protocol):
    """The panel whose link this is."""

    def post(self, event: Event) -> None: ...

    def linked(self, conversation: Conversation | None, event: LinkUp) -> None: ...

    def show(self, passkey: str | None) -> None:
        """A code to be typed in at the panel; None: no more."""
        ...

    def shut_out(self) -> None:
        """It is heard, the system has a bond with it, and yet no link came about [Z18]."""
        ...


class PanelLink:
    def __init__(self, paired: PairedPanel, radios: Sequence[Radio], profiles: Mapping[str, Profile]) -> None:
        self._paired = paired
        self._radios = list(radios)
        self._profiles = profiles
        self._reach = Reach(len(self._radios), paired.identity.address)
        self._owner: Owner
        """From `mind` on; nothing is wanted before."""
        self._minded = False
        self._wanted = words.Wanted(False)
        self._closed = asyncio.Event()
        self._to_do: deque[words.Effect] = deque()
        self._doing = False
        self._alarm: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._seeking: set[asyncio.Task[Device | None]] = set()
        self._devices: dict[int, Device] = {}
        """By the radio that heard it."""
        self._under_way: asyncio.Task[None] | None = None
        self._link: GattLink | None = None
        self._conversation: Conversation | None = None

    def pair_anew(self) -> None:
        """The bond there is goes, before the next link [Z18]."""
        self._post(words.PairAnew())

    def wanted(self, wanted: bool, *, urgent: bool = False) -> None:
        """Whether the link is needed now, and whether a light depends on it."""
        if self._wanted != words.Wanted(wanted, urgent):
            self._wanted = words.Wanted(wanted, urgent)
            if self._minded:  # later: it may be that the owner is in the midst of what it is told
                asyncio.get_running_loop().call_soon(lambda: self._post(self._wanted))

    async def mind(self, owner: Owner) -> None:
        """Until it is closed: seek, hold, let go."""
        self._owner, self._minded = owner, True
        self._post(self._wanted)
        try:
            await self._closed.wait()
        finally:
            await asyncio.shield(self.close())

    async def close(self) -> None:
        """The link is let go, whatever it is at."""
        self._post(words.Close())
        await self._closed.wait()

    # ── The machine ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _post(self, event: words.Event) -> None:
        """What an effect brings about in turn is done after all that was to be done before it."""
        self._reach, effects = step(self._reach, event, now_ms())
        self._to_do.extend(effects)
        if self._doing:
            return
        self._doing = True
        try:
            while self._to_do:
                self._do(self._to_do.popleft())
        finally:
            self._doing = False

    def _do(self, effect: words.Effect) -> None:
        way = _WAYS.get(type(effect))
        if way is not None:
            self._under_way = self._spawn(self._answer(effect, way))
        else:
            _DEEDS[type(effect)](self, effect)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _wake(self, effect: WakeAt) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if effect.at_ms is not None:
            later_s = max(0, effect.at_ms - now_ms()) / 1000
            self._alarm = asyncio.get_running_loop().call_later(later_s, self._post, TimePassed())

    def _tell(self, told: words.Tell) -> None:
        event = told.event
        try:
            if isinstance(event, LinkUp):
                radio = self._radios[self._reach.radio]
                log.info("linked", panel=self._paired.name, radio=radio.spec, mismatch=event.mismatch)
                self._owner.linked(self._conversation, event)
                return
            if isinstance(event, LinkDown):
                self._end_conversation()
            self._owner.post(event)
        except Exception as error:  # noqa: BLE001 - the owner's failure is told by the owner
            log.error("the panel could not be told", panel=self._paired.name, error=repr(error))

    def _end_conversation(self) -> None:
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.over()

    # ── Seeking ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _seek(self, effect: words.Seek | words.SeekBySerial) -> None:
        """Answered whatever comes of it, also when it is cancelled before it began."""

        def ended(task: asyncio.Task[Device | None]) -> None:
            self._seeking.discard(task)
            device = None if task.cancelled() else task.result()
            if device is None:
                self._post(words.Unheard(effect.attempt, effect.radio))
            else:
                self._devices[effect.radio] = device
                self._post(words.Heard(effect.attempt, effect.radio, device.address))

        task = asyncio.get_running_loop().create_task(self._found(effect))
        self._seeking.add(task)
        task.add_done_callback(ended)

    def _stop_seeking(self, _effect: words.StopSeeking) -> None:
        for task in self._seeking:
            task.cancel()

    async def _found(self, effect: words.Seek | words.SeekBySerial) -> Device | None:
        radio = self._radios[effect.radio]
        try:
            if isinstance(effect, words.Seek):
                return await radio.find(effect.address, FIND_WITHIN_S)
            profile = self._profiles.get(self._paired.identity.profile)
            return await by_serial.find(radio, self._paired.identity, profile) if profile is not None else None
        except RadioProblemError as error:
            log.debug("radio not usable", radio=radio.spec, error=str(error))
        except Exception as error:  # noqa: BLE001 - a surprise of one radio must not end the search for a lit panel
            log.error("not sought", panel=self._paired.name, radio=radio.spec, error=repr(error))
        return None

    # ── One link ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _answer(self, effect: Any, way: "Way") -> None:
        """Answered whatever comes of it, also when a library cancels it."""
        event: words.Event = words.Failed(effect.attempt)
        try:
            event = await way(self, effect)
        except asyncio.CancelledError:
            self._post(event)
            raise
        except OperationFailedError as error:
            log.info("no link", panel=self._paired.name, error=str(error))
            event = words.Failed(effect.attempt, error.outcome == "missed")
        except Exception as error:  # noqa: BLE001 - a surprise of the radio must not end the search for a lit panel
            log.error("no link", panel=self._paired.name, error=repr(error))
        self._post(event)

    async def _unbond(self, effect: words.Unbond) -> words.Event:
        await self._radios[effect.radio].unbond(self._devices[effect.radio])
        log.info("its bond is gone, to be made anew", panel=self._paired.name)
        return words.Unbonded(effect.attempt)

    async def _connect(self, effect: words.Connect) -> words.Event:
        radio, device = self._radios[effect.radio], self._devices[effect.radio]
        try:
            self._link = link = await radio.connect(device, lambda: self._post(words.Lost(effect.attempt)))
        except OperationFailedError:
            if await radio.bonded(device):
                self._owner.shut_out()
            raise
        profile = self._profiles.get(self._paired.identity.profile)
        return words.Connected(effect.attempt, profile is not None and profile.fits_table(link.characteristics()))

    async def _read(self, effect: words.Read) -> words.Event:
        link, profile = self._here()
        return words.WasRead(effect.attempt, await link.told(profile.recognise.information))

    async def _compare(self, effect: words.Compare) -> words.Event:
        link, profile = self._here()
        like = likeness.compare(self._paired, profile, link.fingerprint(), effect.information)
        if like.driver is None:
            return words.Compared(effect.attempt, NO_FACTS, like.mismatch, speaks=False)
        hears = self._hearer(effect.attempt)

        def suspects(suspect: bool) -> None:
            self._post(words.Suspicion(effect.attempt, suspect))

        self._conversation = Conversation(link, like.driver, heard=hears, suspected=suspects)
        return words.Compared(effect.attempt, like.driver.facts, like.mismatch, speaks=True)

    async def _forget(self, effect: words.Forget) -> words.Event:
        done = await self._radios[effect.radio].forget(self._devices[effect.radio])
        if done:
            log.info("its table is looked at anew", panel=self._paired.name)
        return words.Forgotten(effect.attempt, done)

    async def _bond(self, effect: words.Bond) -> words.Event:
        try:
            await self._radios[effect.radio].bond(self._devices[effect.radio], self._owner.show)
        except RadioProblemError as error:
            log.warning("no bond", panel=self._paired.name, error=str(error))
            return words.Bonded(effect.attempt, str(error))
        return words.Bonded(effect.attempt, "")

    async def _open(self, effect: words.Open) -> words.Event:
        if self._conversation is None:
            raise OperationFailedError("lost", "the link is gone")
        await self._conversation.open()
        return words.Opened(effect.attempt)

    def _look(self, effect: words.Look) -> None:
        if self._link is not None and not self._link.connected:
            self._post(words.Lost(effect.attempt))

    async def _let_go(self, effect: words.LetGo) -> None:
        self._end_conversation()
        if effect.why:
            log.warning("link given up", panel=self._paired.name, why=effect.why)
        under_way = self._under_way
        if under_way is not None and not under_way.done():
            under_way.cancel()
            await asyncio.wait({under_way})
        link, self._link = self._link, None
        try:
            if link is not None:
                await link.close()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - nor one when it is let go
            log.error("link not ended", panel=self._paired.name, error=repr(error))
        self._devices.clear()
        self._post(words.Gone(effect.attempt))

    def _here(self) -> tuple[GattLink, Profile]:
        profile = self._profiles.get(self._paired.identity.profile)
        if self._link is None or profile is None:
            raise OperationFailedError("lost", "the link is gone")
        return self._link, profile

    def _hearer(self, attempt: int) -> Callable[[Report], None]:
        return lambda report: self._owner.post(Reported(attempt, report))


Way = Callable[[PanelLink, Any], Awaitable[words.Event]]
_WAYS: Final[Mapping[type, Way]] = {
    words.Unbond: PanelLink._unbond,
    words.Connect: PanelLink._connect,
    words.Read: PanelLink._read,
    words.Compare: PanelLink._compare,
    words.Forget: PanelLink._forget,
    words.Bond: PanelLink._bond,
    words.Open: PanelLink._open,
}
_DEEDS: Final[Mapping[type, Callable[[PanelLink, Any], object]]] = {
    words.Tell: PanelLink._tell,
    words.Seek: PanelLink._seek,
    words.SeekBySerial: PanelLink._seek,
    words.StopSeeking: PanelLink._stop_seeking,
    words.Look: PanelLink._look,
    words.LetGo: lambda link, effect: link._spawn(link._let_go(effect)),
    words.Closed: lambda link, _effect: link._closed.set(),
    WakeAt: PanelLink._wake,
}
