"""Profile files are read strictly, and every error says which file, which key and what to write."""

from collections.abc import Callable
from hashlib import sha256
from importlib import resources

import pytest

from ble_bridge.drivers.driver import UnfitPanelError
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.open_panel_wire import (
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    INFORMATION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
    encode_info,
)
from ble_bridge.profiles.profile import ProfileError, parse, shipped
from ble_bridge.virtual.model import panel_info

TEXT = resources.files("ble_bridge.profiles").joinpath("open-panel-1.toml").read_bytes()
TABLE = [INFORMATION_UUID, CONTROL_POINT_UUID, STATUS_UUID, EMERGENCY_STOP_UUID]


def test_the_open_profile_is_shipped_and_its_hash_is_that_of_the_file() -> None:
    profile = shipped()["open-panel-1"]
    assert profile.hash == sha256(TEXT).hexdigest()
    assert (profile.safety, profile.confirm, profile.identify_unpaired) == ("deadman", "token", True)


def test_B31_it_is_recognised_by_service_and_table_together() -> None:
    profile = shipped()["open-panel-1"]
    assert profile.fits_advertisement([SERVICE_UUID, "x"])
    assert not profile.fits_advertisement(["0000fff0-0000-1000-8000-00805f9b34fb"])
    assert profile.fits_table(TABLE)
    assert not profile.fits_table(TABLE[:-1])


def test_S50_it_opens_only_what_decodes() -> None:
    profile = shipped()["open-panel-1"]
    assert isinstance(profile.open(encode_info(panel_info("S"))), OpenPanel)
    with pytest.raises(UnfitPanelError):
        profile.open(b"\x01")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.replace(b'safety = "deadman"', b""), "`safety` is missing"),
        (lambda t: t.replace(b'"deadman"', b'"watchdog"'), '"deadman" or "hw_timer" or "none"'),
        (lambda t: t.replace(b'"token"', b'"none"'), "dead-man"),
        (lambda t: t.replace(b"open_panel", b"openpanel", 2), "openpanel"),
        (lambda t: b"colour = 1\n" + t, "unknown key `colour`"),
        (lambda t: t + b'shape = "round"\n', "unknown key `shape`"),
        (lambda t: t.replace(b"= true", b"= 1"), "true or false"),
        (lambda t: t.replace(b"0c840002", b"0C840002"), "small letters"),
        (lambda t: t.replace(b"open-panel-1\"", b"Open Panel\""), "small letters, digits"),
        (lambda t: t.replace(b"[recognise]", b"[recognise"), "line"),
        (lambda t: b"\xff" + t, "utf-8"),
        (lambda t: b"", "[recognise]"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong(change: Callable[[bytes], bytes], says: str) -> None:
    broken = change(TEXT)
    assert broken != TEXT
    with pytest.raises(ProfileError) as error:
        parse(broken, "my.toml")
    assert str(error.value).startswith("my.toml")
    assert says in str(error.value)


def test_a_profile_that_promises_what_its_driver_does_not_keep_opens_nothing() -> None:
    lax = parse(TEXT.replace(b'confirm = "token"', b'confirm = "status"'), "my.toml")
    with pytest.raises(UnfitPanelError):
        lax.open(encode_info(panel_info("S")))
