"""A profile: how a panel is recognised and spoken to. Files are read strictly; rules in `docs/profiles.md`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path
from typing import Final

import structlog
from pydantic import ValidationError

from ble_bridge.drivers.driver import Driver, UnfitPanelError
from ble_bridge.drivers.framed import FramedPanel
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.speech import Speech
from ble_bridge.profiles import words
from ble_bridge.profiles.compiler import Compiler, full_uuid
from ble_bridge.profiles.faults import Fault, ProfileError, of_validation
from ble_bridge.profiles.source import Lines
from ble_bridge.profiles.text import read
from ble_bridge.run_words import Confirm, Safety

__all__ = ["Profile", "ProfileError", "Recognition", "in_folder", "parse", "shipped"]
ENTRY_POINTS: Final = "nirweb.panel_drivers"
"""A driver in code is installed under this group; it is called with the information that was read."""
log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Never by the service alone [B31, F3]."""

    service: str | None
    name: str | None
    information: str | None
    characteristics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    profile: str
    name: str
    driver: str | None
    """Of code; None where the frames are data."""
    safety: Safety
    confirm: Confirm
    identify_unpaired: bool
    """Whether blinking is harmless on a panel that is not paired yet [B31]."""
    recognise: Recognition
    hash: str
    speech: Speech | None = None

    @property
    def owner_names_channels(self) -> bool:
        return self.speech is not None and self.speech.owner_names_channels

    def fits_advertisement(self, service_uuids: Iterable[str], name: str = "") -> bool:
        seen = self.recognise
        by_service = seen.service is None or seen.service in service_uuids
        return by_service and (seen.name is None or fnmatchcase(name, seen.name))

    def fits_table(self, characteristics: Iterable[str]) -> bool:
        known = set(characteristics)
        told = self.recognise.information is None or self.recognise.information in known
        return told and known.issuperset(self.recognise.characteristics)

    def open(self, information: bytes, wavelengths_nm: Sequence[int] = ()) -> Driver:
        """A driver for a device; `wavelengths_nm` as its owner named them. Raises UnfitPanelError."""
        if self.speech is not None:
            return FramedPanel(self.speech, wavelengths_nm)
        driver = _drivers()[self.driver or ""](information)
        if (driver.facts.safety, driver.facts.confirm) != (self.safety, self.confirm):
            raise UnfitPanelError(f"profile {self.profile} promises what driver {self.driver} does not keep")
        return driver


@cache
def _drivers() -> Mapping[str, Callable[[bytes], Driver]]:
    """Ours, and those that other packages bring; one that does not load is left out and told."""
    drivers: dict[str, Callable[[bytes], Driver]] = {"open_panel": OpenPanel}
    for point in metadata.entry_points(group=ENTRY_POINTS):
        try:
            drivers.setdefault(point.name, point.load())
        except Exception as error:  # noqa: BLE001 - somebody else's code must not keep the bridge from running
            log.error("a panel driver cannot be loaded", driver=point.name, error=repr(error))
    return drivers


def parse(text: bytes, source: str) -> Profile:
    """A profile file's content. Raises ProfileError: file, line, what to write instead."""
    decoded, data = read(text, source)
    lines = Lines.of(decoded)
    model = words.CodeProfile if "driver" in data else words.FrameProfile
    try:
        said = model.model_validate(data)
    except ValidationError as error:
        raise ProfileError(source, of_validation(error, model), lines) from error
    faults: list[Fault] = []
    speech = None
    if isinstance(said, words.FrameProfile):
        compiler = Compiler(said)
        speech = compiler.speech()
        faults = compiler.faults
    else:
        faults = list(_code_faults(said))
    if faults:
        raise ProfileError(source, faults, lines)
    return _profile(said, speech, sha256(text).hexdigest())


def _code_faults(said: words.CodeProfile) -> Iterable[Fault]:
    if said.driver not in _drivers():
        known = " or ".join(f'"{name}"' for name in sorted(_drivers()))
        yield Fault(("driver",), f"`driver` is {said.driver!r}: write {known}, or install the package that brings it")
    if said.safety == "deadman" and said.confirm == "none":
        yield Fault(("confirm",), "a dead-man cannot be fed without `confirm`: write `token` or `status`")
    if said.recognise.service is None and said.recognise.name is None:
        yield Fault(("recognise",), "write `service` or `name`, or both: by what is it seen in the air?")


def _profile(said: words.CodeProfile | words.FrameProfile, speech: Speech | None, hash_: str) -> Profile:
    seen = said.recognise
    return Profile(
        profile=said.profile,
        name=said.name,
        driver=said.driver if isinstance(said, words.CodeProfile) else None,
        safety=said.safety,
        confirm=said.confirm,
        identify_unpaired=said.identify_unpaired,
        recognise=Recognition(
            service=full_uuid(seen.service) if seen.service else None,
            name=seen.name,
            information=full_uuid(seen.information) if seen.information else None,
            characteristics=tuple(full_uuid(uuid) for uuid in seen.characteristics),
        ),
        hash=hash_,
        speech=speech,
    )


def shipped() -> dict[str, Profile]:
    """The profiles that come with the bridge, by id."""
    files = (f for f in resources.files("ble_bridge.profiles").iterdir() if f.name.endswith(".toml"))
    profiles = [parse(f.read_bytes(), f.name) for f in sorted(files, key=lambda f: f.name)]
    return {profile.profile: profile for profile in profiles}


def in_folder(folder: Path) -> tuple[dict[str, Profile], list[ProfileError]]:
    """The profiles that a person put there, by id, and what is wrong with the others: one bad file does not stop a bridge."""
    found: dict[str, Profile] = {}
    errors: list[ProfileError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            profile = parse(path.read_bytes(), str(path))
            if profile.profile in found:
                raise ProfileError(str(path), [Fault((), f"`{profile.profile}` is in this folder twice: write another id")])
            found[profile.profile] = profile
        except ProfileError as error:
            errors.append(error)
        except OSError as error:
            errors.append(ProfileError(str(path), [Fault((), f"cannot be read: {error.strerror}")]))
    return found, errors
