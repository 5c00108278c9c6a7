"""The profiles a home knows: those that a person put in its folder `profiles`, and those that come with the bridge."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from ble_bridge.profiles.faults import Fault, ProfileError
from ble_bridge.profiles.profile import Profile, parse

FOLDER: Final = "profiles"
MOST: Final = 100
REMOVED: Final = ".removed"
log = structlog.stdlib.get_logger(__name__)


class InUseError(Exception):
    """A panel is run by this profile: the words say which, and what to do."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A person's own, as it lies in the folder: a profile, or why it is none."""

    file: str
    text: bytes
    profile: Profile | None
    error: ProfileError | None = None


class Shelf(Mapping[str, Profile]):
    """By id. The person's own come first, so that of two that fit a device theirs is taken."""

    def __init__(self, home: Path, shipped: Mapping[str, Profile]) -> None:
        self._folder = home / FOLDER
        self._shipped = shipped
        self._all: dict[str, Profile] = {}
        self._told: set[str] = set()
        self.own: list[OwnFile] = []
        """The person's files by name [F62]."""
        self.refresh()

    def refresh(self) -> None:
        """Look into the folder again: a file that was put there is used without a restart. A bad one is told once."""
        self.own = _own(self._folder, self._shipped)
        errors = {str(one.error) for one in self.own if one.error}
        for error in errors - self._told:
            log.error("a profile cannot be used", error=error)
        self._told = errors
        self._all = {**{one.profile.profile: one.profile for one in self.own if one.profile}, **self._shipped}

    def add(self, text: bytes, speaks_against: Callable[[Profile, Profile], str] = lambda _old, _new: "") -> Profile:
        """Keep a profile that came from a phone. `speaks_against` another file of the same id: in words, or nothing [F63].

        Raises ProfileError, also where its id is one of ours, InUseError and OSError.
        """
        profile = parse(text, "profile")
        if profile.profile in self._shipped:
            raise ProfileError("profile", [_taken(profile.profile)])
        former = next((one for one in self.own if one.profile and one.profile.profile == profile.profile), None)
        if former is None and len(self.own) >= MOST:
            raise ProfileError("profile", [Fault((), f"a bridge keeps at most {MOST}: remove one from its folder `{FOLDER}`")])
        if former and former.profile and former.profile.hash != profile.hash:
            _unless(speaks_against(former.profile, profile))
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / (former.file if former else f"{profile.profile}.toml")
        new = path.with_suffix(".new")
        new.write_bytes(text)
        new.replace(path)
        self.refresh()
        return profile

    def remove(self, file: str, speaks_against: Callable[[Profile], str]) -> bool:
        """Take a file out of use; it stays beside the others as NAME.removed. False where there is none [F64].

        Raises InUseError and OSError.
        """
        self.refresh()
        found = next((one for one in self.own if one.file == file), None)
        if found is None:
            return False
        if found.profile:
            _unless(speaks_against(found.profile))
        path = self._folder / found.file
        path.replace(path.with_name(found.file + REMOVED))
        self.refresh()
        return True

    def __getitem__(self, name: str) -> Profile:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def troubles(home: Path, shipped: Mapping[str, Profile]) -> list[ProfileError]:
    """What is wrong with the person's own."""
    return [one.error for one in _own(home / FOLDER, shipped) if one.error]


def _own(folder: Path, shipped: Mapping[str, Profile]) -> list[OwnFile]:
    """One bad file does not stop a bridge."""
    files: list[OwnFile] = []
    taken = set(shipped)
    for path in sorted(folder.glob("*.toml"))[:MOST]:
        text = b""
        try:
            text = path.read_bytes()
            profile = parse(text, str(path))
            if profile.profile in taken:
                raise ProfileError(
                    str(path), [_taken(profile.profile) if profile.profile in shipped else _twice(profile.profile)]
                )
            taken.add(profile.profile)
            files.append(OwnFile(path.name, text, profile))
        except ProfileError as error:
            files.append(OwnFile(path.name, text, None, error))
        except OSError as error:
            fault = ProfileError(str(path), [Fault((), f"cannot be read: {error.strerror}")])
            files.append(OwnFile(path.name, text, None, fault))
    return files


def _unless(against: str) -> None:
    if against:
        raise InUseError(against)


def _twice(name: str) -> Fault:
    return Fault(("profile",), f"`{name}` is in this folder twice: write another id")


def _taken(name: str) -> Fault:
    return Fault(("profile",), f"`{name}` comes with the bridge: write another id, such as `{name[:35]}-mine`")
