"""What is in the air: panels that are read, and never written to, until they are paired [B31, B33]."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final

import structlog

from ble_bridge.contract import wire
from ble_bridge.conversation import Conversation, OperationFailedError
from ble_bridge.drivers.driver import UnfitPanelError
from ble_bridge.profiles.profile import Profile
from ble_bridge.profiles.shelf import Shelf
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.radio import SEEN_KEPT, Radio, Sighting
from ble_bridge.radio.system import RadioProblemError

MOST_FOUND: Final = 100
log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """One found panel and how to reach it again."""

    radio: Radio
    sighting: Sighting
    found: wire.FoundPanel


@dataclass(frozen=True, slots=True)
class Known:
    """A panel that is paired; while it is linked it does not advertise."""

    paired: wire.PairedPanel
    linked: bool


def found_id(radio: Radio, address: str) -> str:
    return blake2s(f"{radio.spec} {address}".encode(), digest_size=8).hexdigest()


class Finder:
    def __init__(self, radios: Sequence[Radio], profiles: Shelf) -> None:
        self._radios = list(radios)
        self._profiles = profiles
        self._seen: dict[str, Seen] = {}
        self._one_at_a_time = asyncio.Lock()

    async def scan(
        self, duration_s: float, known: Mapping[str, Known], tell: Callable[[list[wire.FoundPanel]], None]
    ) -> tuple[list[wire.FoundPanel], str]:
        """What is there, and what stood in the way. `known` are paired panels by address; `tell` hears of each one found."""
        async with self._one_at_a_time:
            found: dict[str, wire.FoundPanel] = {}
            self._profiles.refresh()

            def add(panel: wire.FoundPanel) -> None:
                found[panel.found_id] = panel
                tell(_strongest_first(found))

            scans = (self._scan(radio, duration_s, known, add) for radio in self._radios)
            problems = await asyncio.gather(*scans)
            works = any(not problem for problem in problems)
            problem = "" if works else " ".join(problems) or "This bridge has no radio."
            return _strongest_first(found), problem[:300]

    async def _scan(
        self, radio: Radio, duration_s: float, known: Mapping[str, Known], add: Callable[[wire.FoundPanel], None]
    ) -> str:
        heard: dict[str, Sighting] = {}
        try:
            async with radio.listening(lambda sighting: heard.__setitem__(sighting.address, sighting)):
                await asyncio.sleep(duration_s)
        except RadioProblemError as error:
            return str(error)
        for address, ours in known.items():
            sighting = heard.pop(address, None) or (radio.seen.get(address) if ours.linked else None)
            if sighting is not None:
                add(self._paired(radio, sighting, ours.paired))
        for sighting in heard.values():
            profile = self._profile_of(sighting)
            panel = await self._read(radio, sighting, profile) if profile else _unknown(radio, sighting)
            if panel is not None:
                self._seen.pop(panel.found_id, None)
                self._seen[panel.found_id] = Seen(radio, sighting, panel)
                if len(self._seen) > SEEN_KEPT:
                    del self._seen[next(iter(self._seen))]
                add(panel)
        return ""

    def _paired(self, radio: Radio, sighting: Sighting, paired: wire.PairedPanel) -> wire.FoundPanel:
        """Nothing is asked of a panel that is paired already."""
        profile = self._profiles.get(paired.identity.profile)
        return wire.FoundPanel(
            found_id=found_id(radio, sighting.address),
            name=sighting.name[:80] or paired.name,
            rssi_dbm=sighting.rssi_dbm,
            connectable=True,
            profile=paired.identity.profile,
            identity=paired.identity,
            channels=paired.channels,
            safety=profile.safety if profile else None,
            confirm=profile.confirm if profile else None,
            paired_panel_id=paired.panel_id,
            virtual=radio.kind == "virtual",
        )

    def _profile_of(self, sighting: Sighting) -> Profile | None:
        return next((p for p in self._profiles.values() if p.fits_advertisement(sighting.service_uuids, sighting.name)), None)

    async def _read(self, radio: Radio, sighting: Sighting, profile: Profile) -> wire.FoundPanel | None:
        """Connects, reads what the panel says of itself, lets go. Nothing is written."""
        try:
            link = await radio.connect(sighting.device, lambda: None)
        except OperationFailedError as error:
            log.info("found, and not reached", address=sighting.address, error=str(error))
            return _unknown(radio, sighting, connectable=False)
        try:
            return await _panel(radio, sighting, profile, link)
        except (OperationFailedError, ValueError) as error:  # also values that no panel of the contract may have
            log.info("found, and not understood", address=sighting.address, error=str(error))
            return _unknown(radio, sighting)
        finally:
            await link.close()

    async def identify(self, wanted: str) -> tuple[str, str]:
        """Blink a found panel that is not paired yet: result code and detail."""
        seen = self._seen.get(wanted)
        profile = self._profiles.get(seen.found.profile or "") if seen else None
        if seen is None or profile is None:
            return "unknown_panel", "scan again: this panel is not known any more"
        if not profile.identify_unpaired:
            return "not_supported", "its profile does not allow blinking before it is paired"
        try:
            link = await seen.radio.connect(seen.sighting.device, lambda: None)
        except (OperationFailedError, RadioProblemError) as error:
            return "not_connected", str(error)[:300]
        try:
            return await self._blink(link, profile, seen)
        except (OperationFailedError, ValueError) as error:
            return "not_confirmed", str(error)[:300]
        finally:
            await link.close()

    async def _blink(self, link: GattLink, profile: Profile, seen: Seen) -> tuple[str, str]:
        driver = profile.open(await link.told(profile.recognise.information))
        identity = seen.found.identity
        if identity is None or driver.serial != identity.serial or link.fingerprint() != identity.gatt_fingerprint:
            return "identity_mismatch", "another panel answers there now"
        if driver.facts.bonds:
            return "not_supported", "it blinks once it is paired with its code"
        exchange = driver.identify()
        if exchange is None:
            return "not_supported", "the panel cannot blink"
        conversation = Conversation(link, driver, heard=lambda _report: None, suspected=lambda _suspect: None)
        await conversation.open()
        outcome = await conversation.exchange(exchange)
        return {"ok": ("ok", ""), "refused": ("refused_by_panel", "")}.get(outcome, ("not_confirmed", outcome))


def _strongest_first(found: Mapping[str, wire.FoundPanel]) -> list[wire.FoundPanel]:
    """Panels with a profile first, then by how well they are heard."""
    return sorted(found.values(), key=lambda panel: (panel.profile is None, -panel.rssi_dbm))[:MOST_FOUND]


def _unknown(radio: Radio, sighting: Sighting, *, connectable: bool = True) -> wire.FoundPanel | None:
    """B33: listed as such, if it has a name by which a person could know it."""
    if not sighting.name:
        return None
    return wire.FoundPanel(
        found_id=found_id(radio, sighting.address),
        name=sighting.name[:80],
        rssi_dbm=sighting.rssi_dbm,
        connectable=connectable,
        profile=None,
        identity=None,
        channels=[],
        safety=None,
        confirm=None,
        paired_panel_id=None,
        virtual=radio.kind == "virtual",
    )


async def _panel(radio: Radio, sighting: Sighting, profile: Profile, link: GattLink) -> wire.FoundPanel:
    """Raises OperationFailedError or UnfitPanelError."""
    if not profile.fits_table(link.characteristics()):
        raise UnfitPanelError("its table lacks what its profile says")
    driver = profile.open(await link.told(profile.recognise.information))
    identity = wire.Identity(
        address=sighting.address,
        serial=driver.serial,
        gatt_fingerprint=link.fingerprint(),
        profile=profile.profile,
        profile_hash=profile.hash,
    )
    return wire.FoundPanel(
        found_id=found_id(radio, sighting.address),
        name=(sighting.name or profile.name)[:80],
        rssi_dbm=sighting.rssi_dbm,
        connectable=True,
        profile=profile.profile,
        identity=identity,
        channels=[
            wire.Channel(wavelength_nm=c.wavelength_nm, min_pct=c.min_pct, max_pct=c.max_pct) for c in driver.facts.channels
        ],
        safety=driver.facts.safety,
        confirm=driver.facts.confirm,
        blinks="never" if not driver.facts.identifies else "always" if profile.identify_unpaired else "paired",
        paired_panel_id=None,
        virtual=radio.kind == "virtual",
        bonds=driver.facts.bonds,
    )
