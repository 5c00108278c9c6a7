"""The person's own profiles, as the server tells the bridge to keep them, and as the bridge tells of them [F61-F64]."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from ble_bridge.contract import limits, wire
from ble_bridge.drivers.driver import UnfitPanelError
from ble_bridge.paired import Paired
from ble_bridge.panel import Panel
from ble_bridge.profiles.faults import ProfileError
from ble_bridge.profiles.profile import Profile
from ble_bridge.profiles.shelf import InUseError, OwnFile, Shelf
from ble_bridge.runner import busy

MOST_BYTES: Final = 40_000
"""Of a text that is told: a message has 64 KiB, and JSON makes it longer."""
LONGEST_NAME: Final = 105
Outcome = tuple[str, str]
"""Result code and detail."""


class OwnProfiles:
    def __init__(self, shelf: Shelf, paired: Paired, tell: Callable[[wire.OwnProfile | wire.Shelf], None]) -> None:
        self._shelf = shelf
        self._paired = paired
        self._say = tell

    def tell(self) -> None:
        """All of them, then which there are [F62]."""
        told = [one for one in self._shelf.own if len(one.file) <= LONGEST_NAME and one.file.isprintable()]
        for one in told:
            self._say(_told(one))
        self._say(wire.Shelf(files=[one.file for one in told]))

    async def add(self, text: str) -> Outcome:
        """Keep a profile that an owner sent [F61, F63]."""
        try:
            kept = await asyncio.to_thread(self._shelf.add, text.encode(errors="surrogatepass"), self._against_replacing)
        except ProfileError as error:
            return "unsound", _as_many_as_fit(str(error).splitlines())
        except InUseError as error:
            return "in_use", str(error)
        except OSError as error:
            return "fault", f"the bridge could not keep it: {error.strerror}"
        self.tell()
        return "ok", kept.name

    async def remove(self, file: str) -> Outcome:
        """[F64]."""
        try:
            there = await asyncio.to_thread(self._shelf.remove, file, self._against_removing)
        except InUseError as error:
            return "in_use", str(error)
        except OSError as error:
            return "fault", f"the bridge could not remove it: {error.strerror}"
        self.tell()
        return ("ok", "") if there else ("ok", "it was gone already")

    # ── Which panels it is for ───────────────────────────────────────────────────────────────────────────────────────
    def _of(self, profile: Profile) -> Iterator[Panel]:
        return (panel for panel in self._paired if panel.paired.identity.profile == profile.profile)

    def _against_removing(self, profile: Profile) -> str:
        names = [panel.paired.name for panel in self._of(profile)]
        return f"{', '.join(names)} is run by it. Remove the panel first." if names else ""

    def _against_replacing(self, old: Profile, new: Profile) -> str:
        for panel in self._of(old):
            if busy(panel.state):
                return f"{panel.paired.name} is in a session. Stop it, then try again."
            if not _alike(old, new, panel.paired):
                return (
                    f"{panel.paired.name} was added with other wavelengths, limits or ways to go off than this file says. "
                    "Remove the panel, give the file again, and add the panel anew."
                )
        return ""


def _alike(old: Profile, new: Profile, paired: wire.PairedPanel) -> bool:
    """What the owner confirmed when the panel was added is as it was; only its bytes may differ [F63]."""
    wavelengths = [channel.wavelength_nm for channel in paired.channels]
    try:
        facts = [profile.open(b"", wavelengths).facts for profile in (old, new)]
    except (UnfitPanelError, ValueError):
        return False
    return facts[0] == facts[1] and old.recognise == new.recognise and old.owner_names_channels == new.owner_names_channels


def _as_many_as_fit(faults: list[str]) -> str:
    """Each whole, or not at all."""
    for count in range(len(faults), 0, -1):
        left = len(faults) - count
        told = "\n".join([*faults[:count], *([f"And {left} more."] if left else [])])
        if len(told) <= limits.MAX_DETAIL_LETTERS:
            return told
    return faults[0][: limits.MAX_DETAIL_LETTERS]


def _told(one: OwnFile) -> wire.OwnProfile:
    text = one.text.decode(errors="replace")
    told = len(text) <= limits.MAX_PROFILE_LETTERS and len(one.text) <= MOST_BYTES
    faults = "\n".join(_bare(line, one.file) for line in str(one.error).splitlines()) if one.error else ""
    profile = one.profile
    return wire.OwnProfile(
        file=one.file,
        profile=profile.profile if profile else None,
        name=profile.name[:80] if profile else "",
        safety=profile.safety if profile else None,
        confirm=profile.confirm if profile else None,
        faults=faults[:2000],
        text=text if told else "",
    )


def _bare(line: str, file: str) -> str:
    """Without the folder, which is nobody's business on a phone."""
    return f"{file}{line.partition(file)[2]}" if file in line else line
