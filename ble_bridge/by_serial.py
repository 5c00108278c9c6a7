"""A panel sought by its serial number, where a system gives devices ids of its own instead of their addresses [B30]."""

from ble_bridge.contract.terms import Identity, is_hidden
from ble_bridge.conversation import OperationFailedError
from ble_bridge.drivers.driver import UnfitPanelError
from ble_bridge.profiles.profile import Profile
from ble_bridge.radio.radio import Device, Radio, Sighting


async def find(radio: Radio, wanted: Identity, profile: Profile) -> Device | None:
    """Of those in the air that fit the profile, the one with this serial number. They are read, and never written to [B31]."""
    for sighting in list(radio.seen.values()):
        if _may_be(sighting, wanted, profile) and await _serial(radio, sighting, profile) == wanted.serial:
            return sighting.device
    return None


def _may_be(sighting: Sighting, wanted: Identity, profile: Profile) -> bool:
    """Where both are real addresses, the address decides; where a panel has no serial number, nothing else can."""
    hidden = is_hidden(wanted.address) or is_hidden(sighting.address)
    return bool(hidden and wanted.serial) and profile.fits_advertisement(sighting.service_uuids, sighting.name)


async def _serial(radio: Radio, sighting: Sighting, profile: Profile) -> str:
    """Empty when it does not tell."""
    try:
        link = await radio.connect(sighting.device, lambda: None)
    except OperationFailedError:
        return ""
    try:
        return profile.open(await link.told(profile.recognise.information)).serial
    except (OperationFailedError, UnfitPanelError):
        return ""
    finally:
        await link.close()
