"""What a profile file says, and which of them a device fits. Strict: an unknown key, a missing one or a wrong type is an error.

Only what the open profile needs; a profile whose frames are data as well is a later word of this language.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from ble_bridge.drivers.driver import Driver, UnfitPanelError
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.run_words import Confirm, Safety

_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_ID = re.compile(r"^[a-z0-9-]{1,40}$")
_SAFETIES: Final[Mapping[str, Safety]] = {"deadman": "deadman", "hw_timer": "hw_timer", "none": "none"}
_CONFIRMS: Final[Mapping[str, Confirm]] = {"token": "token", "status": "status", "none": "none"}
_DRIVERS: Final[Mapping[str, Callable[[bytes], Driver]]] = {"open_panel": OpenPanel}


class ProfileError(ValueError):
    """A profile file that cannot be used: which file, which key, what to write instead."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Never by the service alone [B31]."""

    service: str
    information: str
    characteristics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    profile: str
    name: str
    driver: str
    safety: Safety
    confirm: Confirm
    identify_unpaired: bool
    """Whether blinking is harmless on a panel that is not paired yet [B31]."""
    recognise: Recognition
    hash: str

    def fits_advertisement(self, service_uuids: Iterable[str]) -> bool:
        return self.recognise.service in service_uuids

    def fits_table(self, characteristics: Iterable[str]) -> bool:
        known = set(characteristics)
        return self.recognise.information in known and known.issuperset(self.recognise.characteristics)

    def open(self, information: bytes) -> Driver:
        """A driver for a device with this information. Raises UnfitPanelError."""
        driver = _DRIVERS[self.driver](information)
        if (driver.facts.safety, driver.facts.confirm) != (self.safety, self.confirm):
            raise UnfitPanelError(f"profile {self.profile} promises what driver {self.driver} does not keep")
        return driver


def parse(text: bytes, source: str) -> Profile:
    """A profile file's content. Raises ProfileError, which names the file and the key."""
    try:
        data = tomllib.loads(text.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{source}: {error}") from error
    table = _Table(data, source)
    recognise = table.table("recognise")
    profile = Profile(
        profile=table.text("profile", _ID, "small letters, digits and hyphens"),
        name=table.text("name"),
        driver=table.choice("driver", _DRIVERS),
        safety=_SAFETIES[table.choice("safety", _SAFETIES)],
        confirm=_CONFIRMS[table.choice("confirm", _CONFIRMS)],
        identify_unpaired=table.flag("identify_unpaired"),
        recognise=Recognition(
            service=recognise.text("service", _UUID, "a full UUID in small letters"),
            information=recognise.text("information", _UUID, "a full UUID in small letters"),
            characteristics=recognise.uuids("characteristics"),
        ),
        hash=sha256(text).hexdigest(),
    )
    table.done()
    recognise.done()
    if profile.safety == "deadman" and profile.confirm == "none":
        raise ProfileError(f"{source}: a dead-man cannot be fed without `confirm`: write `token` or `status`")
    return profile


class _Table:
    """Takes keys out of a table and knows which ones are left."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._data = dict(data)
        self._where = where

    def _take(self, key: str, kind: type, what: str) -> Any:
        if key not in self._data:
            raise ProfileError(f"{self._where}: `{key}` is missing: write {what}")
        value = self._data.pop(key)
        if type(value) is not kind:
            raise ProfileError(f"{self._where}: `{key}` is {value!r}: write {what}")
        return value

    def table(self, key: str) -> "_Table":
        return _Table(self._take(key, dict, f"a table [{key}]"), f"{self._where}: [{key}]")

    def flag(self, key: str) -> bool:
        return bool(self._take(key, bool, "true or false"))

    def text(self, key: str, shape: re.Pattern[str] | None = None, what: str = "a text") -> str:
        value = str(self._take(key, str, what))
        if not value or len(value) > 80 or (shape is not None and not shape.match(value)):
            raise ProfileError(f"{self._where}: `{key}` is {value!r}: write {what}")
        return value

    def choice(self, key: str, choices: Iterable[str]) -> str:
        what = " or ".join(f'"{choice}"' for choice in choices)
        value = str(self._take(key, str, what))
        if value not in choices:
            raise ProfileError(f"{self._where}: `{key}` is {value!r}: write {what}")
        return value

    def uuids(self, key: str) -> tuple[str, ...]:
        values = self._take(key, list, "a list of full UUIDs")
        if not values or not all(isinstance(v, str) and _UUID.match(v) for v in values):
            raise ProfileError(f"{self._where}: `{key}` is {values!r}: write a list of full UUIDs in small letters")
        return tuple(values)

    def done(self) -> None:
        if self._data:
            raise ProfileError(f"{self._where}: unknown key `{min(self._data)}`")


def shipped() -> dict[str, Profile]:
    """The profiles that come with the bridge, by id."""
    files = (f for f in resources.files("ble_bridge.profiles").iterdir() if f.name.endswith(".toml"))
    profiles = [parse(f.read_bytes(), f.name) for f in sorted(files, key=lambda f: f.name)]
    return {profile.profile: profile for profile in profiles}
