"""Whether a device is the panel that was paired: what it says of itself, against what was kept then [B30]."""

from dataclasses import dataclass

from ble_bridge.contract.wire import PairedPanel
from ble_bridge.drivers.driver import Driver, UnfitPanelError
from ble_bridge.profiles.profile import Profile


@dataclass(frozen=True, slots=True)
class Likeness:
    driver: Driver | None
    """None: it cannot be spoken to."""
    mismatch: str
    """What does not match, in words; empty when all does."""


def compare(paired: PairedPanel, profile: Profile, fingerprint: str, information: bytes) -> Likeness:
    """`fingerprint`: of the table of the link. Only what was read is looked at; nothing is asked for."""
    try:
        driver = profile.open(information, [channel.wavelength_nm for channel in paired.channels])
    except UnfitPanelError as error:
        return Likeness(None, f"the device is not of its profile: {error}")
    return Likeness(driver, _differs(paired, profile, fingerprint, driver))


def _differs(paired: PairedPanel, profile: Profile, fingerprint: str, driver: Driver) -> str:
    identity = paired.identity
    if driver.serial != identity.serial:
        return f"another serial number: {driver.serial}"
    if fingerprint != identity.gatt_fingerprint:
        return "another table of characteristics"
    if profile.hash != identity.profile_hash:
        return "its profile has changed since it was paired: pair it again"
    if not profile.owner_names_channels:  # else there is nothing to compare: the panel knows no wavelengths
        channels = {(c.wavelength_nm, c.min_pct, c.max_pct) for c in paired.channels}
        if channels != {(c.wavelength_nm, c.min_pct, c.max_pct) for c in driver.facts.channels}:
            return "other channels than it was paired with"
    return ""
