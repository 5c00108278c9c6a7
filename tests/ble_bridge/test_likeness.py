"""Whether a device is the panel that was paired [B30]."""

from typing import Any
from uuid import UUID

import pytest

from ble_bridge.contract import wire
from ble_bridge.drivers.open_panel_wire import encode_info
from ble_bridge.likeness import compare
from ble_bridge.profiles.profile import shipped
from ble_bridge.virtual.model import panel_info

INFO = panel_info("LIKE")
PROFILE = shipped()["open-panel-1"]
IDENTITY = wire.Identity(
    address="A", serial="LIKE", gatt_fingerprint="a" * 64, profile=PROFILE.profile, profile_hash=PROFILE.hash
)
CHANNELS = [wire.Channel(wavelength_nm=one.wavelength_nm, min_pct=one.min_pct, max_pct=one.max_pct) for one in INFO.channels]
PAIRED = wire.PairedPanel(panel_id=UUID(int=7), name="Panel", identity=IDENTITY, channels=CHANNELS)


def test_B30_the_paired_panel_is_known() -> None:
    like = compare(PAIRED, PROFILE, "a" * 64, encode_info(INFO))
    assert like.mismatch == ""
    assert like.driver is not None
    assert like.driver.serial == "LIKE"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"serial": "OTHER"}, "another serial number: LIKE"),
        ({"gatt_fingerprint": "b" * 64}, "another table"),
        ({"profile_hash": "c" * 64}, "its profile has changed"),
    ],
)
def test_B30_what_was_paired_otherwise_is_another_and_may_be_told_off(changed: dict[str, Any], says: str) -> None:
    paired = PAIRED.model_copy(update={"identity": IDENTITY.model_copy(update=changed)})
    like = compare(paired, PROFILE, "a" * 64, encode_info(INFO))
    assert like.mismatch.startswith(says)
    assert like.driver is not None


@pytest.mark.parametrize("channels", [CHANNELS[:1], [CHANNELS[0].model_copy(update={"max_pct": 50}), *CHANNELS[1:]]])
def test_B30_other_channels_are_another_panel(channels: list[wire.Channel]) -> None:
    like = compare(PAIRED.model_copy(update={"channels": channels}), PROFILE, "a" * 64, encode_info(INFO))
    assert like.mismatch == "other channels than it was paired with"


def test_B30_what_is_not_of_its_profile_cannot_be_spoken_to() -> None:
    like = compare(PAIRED, PROFILE, "a" * 64, b"\x00")
    assert like.driver is None
    assert like.mismatch.startswith("the device is not of its profile")
