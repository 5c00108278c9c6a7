"""The profiles a home knows: those that a person put in its folder `profiles`, and those that come with the bridge."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import structlog

from ble_bridge.profiles.faults import Fault, ProfileError
from ble_bridge.profiles.profile import Profile, in_folder, parse

FOLDER: Final = "profiles"
MOST: Final = 100
log = structlog.stdlib.get_logger(__name__)


class Shelf(Mapping[str, Profile]):
    """By id. The person's own come first, so that of two that fit a device theirs is taken."""

    def __init__(self, home: Path, shipped: Mapping[str, Profile]) -> None:
        self._folder = home / FOLDER
        self._shipped = shipped
        self._all: dict[str, Profile] = {}
        self._told: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """Look into the folder again: a file that was put there is used without a restart. A bad one is told once."""
        found, errors = _own(self._folder, self._shipped)
        for error in errors:
            if str(error) not in self._told:
                log.error("a profile cannot be used", error=str(error))
        self._told = {str(error) for error in errors}
        self._all = {**found, **self._shipped}

    def add(self, text: bytes) -> Profile:
        """Keep a profile that came from a phone. Raises ProfileError, also where its id is one of ours, and OSError."""
        profile = parse(text, "profile")
        if profile.profile in self._shipped:
            raise ProfileError("profile", [_taken(profile.profile)])
        if len(self._all) - len(self._shipped) >= MOST:
            raise ProfileError("profile", [Fault((), f"a bridge keeps at most {MOST}: remove one from its folder `{FOLDER}`")])
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{profile.profile}.toml"
        new = path.with_suffix(".new")
        new.write_bytes(text)
        new.replace(path)
        self.refresh()
        return profile

    def __getitem__(self, name: str) -> Profile:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def troubles(home: Path, shipped: Mapping[str, Profile]) -> list[ProfileError]:
    """What is wrong with the person's own."""
    return _own(home / FOLDER, shipped)[1]


def _own(folder: Path, shipped: Mapping[str, Profile]) -> tuple[dict[str, Profile], list[ProfileError]]:
    found, errors = in_folder(folder)
    for taken in found.keys() & shipped.keys():
        errors.append(ProfileError(str(folder), [_taken(taken)]))
        del found[taken]
    return found, errors


def _taken(name: str) -> Fault:
    return Fault(("profile",), f"`{name}` comes with the bridge: write another id, such as `{name[:35]}-mine`")
