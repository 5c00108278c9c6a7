"""The Bluetooth link of one paired panel: sought while wanted, compared with the paired identity, given up when it is no use."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Final, Protocol

import structlog

from ble_bridge import by_serial
from ble_bridge.clock import now_ms
from ble_bridge.contract.wire import PairedPanel
from ble_bridge.conversation import Conversation, OperationFailedError
from ble_bridge.drivers.driver import Driver, UnfitPanelError
from ble_bridge.profiles.profile import Profile
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.radio import Device, Radio
from ble_bridge.radio.system import RadioProblemError
from ble_bridge.run_words import Event, Facts, LinkDown, Linking, LinkSuspect, LinkUp, Report, Reported

FIND_WITHIN_S: Final = 5.0
PAUSE_FIRST_S: Final = 0.2
PAUSE_MOST_S: Final = 10.0
PAUSE_URGENT_S: Final = 1.0
"""Between attempts while a run or an off waits for the link."""
SUSPECT_FOR_MS: Final = 4_000
"""A link that is suspect for so long is given up: a stuck request holds up all behind it for half a minute."""
MISMATCH_FOR_S: Final = 2.0
"""A link to what is not the paired panel is held no longer than an off needs."""
SILENT: Final = "the panel does not answer"
NO_BOND: Final = "the panel wants to be paired with a code, and is not"
NO_FACTS: Final = Facts(channels=(), safety="none", confirm="none", max_session_s=0, deadman_ms=0)
log = structlog.stdlib.get_logger(__name__)


class Owner(Protocol):
    """The panel whose link this is."""

    def post(self, event: Event) -> None: ...

    def linked(self, conversation: Conversation | None, event: LinkUp) -> None: ...

    def show(self, passkey: str | None) -> None:
        """A code to be typed in at the panel; None: no more."""
        ...


class PanelLink:
    def __init__(self, paired: PairedPanel, radios: Sequence[Radio], profiles: Mapping[str, Profile]) -> None:
        self._paired = paired
        self._address = paired.identity.address
        self._radios = list(radios)
        self._profiles = profiles
        self._wanted = self._urgent = False
        self._changed = asyncio.Event()
        self._link: GattLink | None = None
        self._conversation: Conversation | None = None
        self._link_no = 0
        self._up = False
        self._suspect_ms: int | None = None
        self._information: bytes | None = None
        """As last read: lets an off be written to a panel that does not answer."""
        self._looked_anew = False

    def wanted(self, wanted: bool, *, urgent: bool = False) -> None:
        """Whether the link is needed now, and whether a light depends on it."""
        if (wanted, urgent) != (self._wanted, self._urgent):
            self._wanted, self._urgent = wanted, urgent
            self._changed.set()

    async def close(self) -> None:
        self._wanted = self._urgent = False
        if self._link is not None:
            await self._link.close()

    async def mind(self, owner: Owner) -> None:
        """For ever: seek, hold, let go."""
        pause_s = PAUSE_FIRST_S
        while True:
            while not self._wanted:
                await self._wait(None)
            held = False
            try:
                held = await self._hold(owner)
            except OperationFailedError as error:
                log.info("no link", panel=self._paired.name, error=str(error))
            except Exception as error:  # noqa: BLE001 - a surprise of the radio must not end the search for a lit panel
                log.error("no link", panel=self._paired.name, error=repr(error))
            finally:
                self._down(owner)
            pause_s = PAUSE_FIRST_S if held else min(pause_s * 2, PAUSE_MOST_S)
            await self._wait(min(pause_s, PAUSE_URGENT_S) if self._urgent else pause_s)

    async def _wait(self, within_s: float | None) -> None:
        """Until something changed, or the time is over."""
        try:
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        except TimeoutError:
            return
        finally:
            self._changed.clear()

    # ── One link ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _hold(self, owner: Owner) -> bool:
        """True when the link was up and this was the panel. Raises OperationFailedError."""
        found = await self._find()
        if found is None:
            return False
        radio, device = found
        owner.post(Linking())
        self._link_no += 1
        link_no = self._link_no
        self._link = link = await radio.connect(device, lambda: self._lost(owner, link_no))
        try:
            up, conversation = await self._identify(owner, link, link_no, partial(radio.bond, device, owner.show))
            self._conversation = conversation
            if up.mismatch and not up.mismatch.startswith((SILENT, NO_BOND)) and await self._look_anew(radio, device):
                return True
            self._looked_anew = bool(up.mismatch)
            self._up, self._suspect_ms = True, None
            owner.linked(conversation, up)
            log.info("linked", panel=self._paired.name, radio=radio.spec, mismatch=up.mismatch)
            await self._until_over(link, MISMATCH_FOR_S if up.mismatch else None)
            return not up.mismatch
        finally:
            self._link = None
            self._down(owner)  # before it is let go, which takes seconds: nothing is written from now on
            await asyncio.shield(link.close())

    async def _look_anew(self, radio: Radio, device: Device) -> bool:
        """What does not fit may be a table that the system kept: it is thrown away once, before the panel is called another."""
        if self._looked_anew or not await radio.forget(device):
            return False
        self._looked_anew = True
        log.info("its table is looked at anew", panel=self._paired.name)
        return True

    def _lost(self, owner: Owner, link_no: int) -> None:
        if link_no == self._link_no:
            self._down(owner)
            self._changed.set()

    def _down(self, owner: Owner) -> None:
        self._up = False
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.over()
        owner.post(LinkDown())

    async def _until_over(self, link: GattLink, at_most_s: float | None) -> None:
        began_ms = now_ms()
        while link.connected and self._wanted:
            if self._suspect_ms is not None and now_ms() - self._suspect_ms > SUSPECT_FOR_MS:
                log.warning("link given up: the panel does not answer", panel=self._paired.name)
                return
            if at_most_s is not None and now_ms() - began_ms > at_most_s * 1000:
                return
            await self._wait(0.5)

    async def _find(self) -> tuple[Radio, Device] | None:
        """The first radio that hears the panel."""
        seeking = {asyncio.create_task(_seek(radio, self._address)): radio for radio in self._radios}
        try:
            for done in asyncio.as_completed(seeking):
                device = await done
                if device is not None:
                    radio = next(seeking[task] for task in seeking if task.done() and task.result() is device)
                    return radio, device
            return await self._find_by_serial()
        finally:
            for task in seeking:
                task.cancel()
            await asyncio.gather(*seeking, return_exceptions=True)

    async def _find_by_serial(self) -> tuple[Radio, Device] | None:
        profile = self._profiles.get(self._paired.identity.profile)
        if profile is None:
            return None
        for radio in self._radios:
            device = await by_serial.find(radio, self._paired.identity, profile)
            if device is not None:
                self._address = device.address  # until it is heard no more
                return radio, device
        return None

    # ── Is it the one? ───────────────────────────────────────────────────────────────────────────────────────────────
    async def _identify(
        self, owner: Owner, link: GattLink, link_no: int, bond: Callable[[], Awaitable[None]]
    ) -> tuple[LinkUp, Conversation | None]:
        """B30: everything that was paired must match. Only reads, and switches on what the panel says by itself."""
        profile = self._profiles.get(self._paired.identity.profile)
        if profile is None or not profile.fits_table(link.characteristics()):
            return LinkUp(link_no, NO_FACTS, "the device does not have what its profile says"), None
        mismatch = ""
        try:
            self._information = await link.told(profile.recognise.information)
        except OperationFailedError as error:
            if error.outcome != "missed" or self._information is None:
                raise
            mismatch = SILENT
        try:
            driver = profile.open(self._information, [channel.wavelength_nm for channel in self._paired.channels])
        except UnfitPanelError as error:
            return LinkUp(link_no, NO_FACTS, f"the device is not of its profile: {error}"), None
        mismatch = mismatch or self._differs(link, profile, driver)
        if not mismatch and driver.facts.bonds:
            mismatch = await self._bonded(bond)
        conversation = Conversation(link, driver, heard=_hearer(owner, link_no), suspected=self._suspecter(owner))
        if not mismatch:
            await conversation.open()
        return LinkUp(link_no, driver.facts, mismatch), conversation

    async def _bonded(self, bond: Callable[[], Awaitable[None]]) -> str:
        try:
            await bond()
        except RadioProblemError as error:
            log.warning("no bond", panel=self._paired.name, error=str(error))
            return f"{NO_BOND}: {error}"
        return ""

    def _differs(self, link: GattLink, profile: Profile, driver: Driver) -> str:
        identity = self._paired.identity
        if driver.serial != identity.serial:
            return f"another serial number: {driver.serial}"
        if link.fingerprint() != identity.gatt_fingerprint:
            return "another table of characteristics"
        if profile.hash != identity.profile_hash:
            return "its profile has changed since it was paired: pair it again"
        if not profile.owner_names_channels:  # else there is nothing to compare: the panel knows no wavelengths
            channels = {(c.wavelength_nm, c.min_pct, c.max_pct) for c in self._paired.channels}
            if channels != {(c.wavelength_nm, c.min_pct, c.max_pct) for c in driver.facts.channels}:
                return "other channels than it was paired with"
        return ""

    def _suspecter(self, owner: Owner) -> Callable[[bool], None]:
        def suspected(suspect: bool) -> None:
            self._suspect_ms = now_ms() if suspect else None
            owner.post(LinkSuspect(suspect))

        return suspected


def _hearer(owner: Owner, link_no: int) -> Callable[[Report], None]:
    return lambda report: owner.post(Reported(link_no, report))


async def _seek(radio: Radio, address: str) -> Device | None:
    try:
        return await radio.find(address, FIND_WITHIN_S)
    except RadioProblemError as error:
        log.debug("radio not usable", radio=radio.spec, error=str(error))
        return None
