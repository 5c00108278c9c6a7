"""`profile check`, `vectors`, `schema`, `new`: a profile's file, without any radio."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ble_bridge.commands.command import CommandError, say
from ble_bridge.commands.recording import Device, read_recording
from ble_bridge.drivers.driver import Driver, Exchange, UnfitPanelError
from ble_bridge.profiles import transcript, words
from ble_bridge.profiles.faults import ProfileError
from ble_bridge.profiles.profile import Profile, parse, shipped

_OWN = Path(transcript.__file__).parent


def load(path: Path) -> Profile:
    """Of a file, or of an id that comes with the bridge. Raises ProfileError and CommandError."""
    if path.suffix != ".toml" and not path.exists():
        known = shipped()
        if str(path) in known:
            return known[str(path)]
        raise CommandError(f"{path} is no file, and no profile that comes with the bridge: write one of {', '.join(known)}")
    return parse(_bytes(path), str(path))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def check(given: argparse.Namespace) -> int:
    try:
        profile = load(given.profile)
    except ProfileError as error:
        say(str(error))
        say(f"{len(error.faults)} to mend")
        return 1
    say(f"{given.profile}: sound. {profile.name}, safety {profile.safety}, confirm {profile.confirm}, hash {profile.hash[:12]}")
    return 0


def schema(_given: argparse.Namespace) -> int:
    say(json.dumps(words.schema(), indent=2))
    return 0


# ── Vectors ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def vectors(given: argparse.Namespace) -> int:
    profile = load(given.profile)
    if profile.speech is not None:
        names = list(given.wavelengths) or [slot.wavelength_nm or 601 + i for i, slot in enumerate(profile.speech.slots)]
        if profile.owner_names_channels and not given.wavelengths:
            say(f"The owner names the wavelengths: {', '.join(map(str, names))} nm stand in for them here.")
        _messages(_opened(profile, b"", names))
    path = given.transcript or _beside(given.profile, profile)
    if path is None:
        say(f"No transcript: write {given.profile.with_suffix('.transcript.toml')}, or name one with --transcript.")
        return 0
    return _checked(path, profile)


def _opened(profile: Profile, information: bytes, wavelengths_nm: Sequence[int]) -> Driver:
    try:
        return profile.open(information, wavelengths_nm)
    except UnfitPanelError as error:
        raise CommandError(f"this does not fit {profile.profile}: {error}") from error


def _messages(driver: Driver) -> None:
    channels = driver.facts.channels
    low, high = ({c.wavelength_nm: getattr(c, share) for c in channels} for share in ("min_pct", "max_pct"))
    orders: list[tuple[str, dict[str, Any]]] = [
        ("stop", {}), ("emergency_stop", {}), ("start", {"levels_pct": low, "duration_s": 60}),
        ("start", {"levels_pct": high, "duration_s": driver.facts.max_session_s}), ("levels", {"levels_pct": high}),
        ("keep_alive", {}), ("query", {}), ("identify", {}),
    ]  # fmt: skip
    for order, values in orders:
        levels = {str(nm): pct for nm, pct in values.get("levels_pct", {}).items()}
        step = transcript.Step(order=order, levels_pct=levels, duration_s=values.get("duration_s", 600))  # type: ignore[arg-type]
        try:
            exchange = transcript.ask(driver, step)
        except ValueError:
            exchange = None
        if exchange is not None:
            _show(order, values, exchange)


def _show(order: str, values: dict[str, Any], exchange: Exchange) -> None:
    said = [f"{values['duration_s']} s"] if "duration_s" in values else []
    said += [f"{nm} nm {pct} %" for nm, pct in values.get("levels_pct", {}).items()]
    say(f"{order}{' (' + ', '.join(said) + ')' if said else ''} → {_short(exchange.characteristic)}")
    for write in (exchange.payload, *exchange.more):
        text = f"   {write.decode()!r}" if write.isascii() and write.decode().strip().isprintable() else ""
        say(f"    {write.hex(' ').upper()}{text}")


def _short(uuid: str) -> str:
    return uuid[4:8] if uuid.endswith("-0000-1000-8000-00805f9b34fb") and uuid.startswith("0000") else uuid


def _beside(path: Path, profile: Profile) -> Path | None:
    for place in (path.with_suffix(".transcript.toml"), _OWN / "transcripts" / f"{profile.profile}.toml"):
        if place.exists():
            return place
    return None


def _checked(path: Path, profile: Profile) -> int:
    text, lines = transcript.read(_bytes(path), str(path))
    if text.profile != profile.profile:
        raise CommandError(f"{path} is of the profile {text.profile}, not of {profile.profile}")
    driver = _opened(profile, bytes.fromhex(text.information), text.wavelengths_nm)
    wrong = list(transcript.differences(text, driver))
    if wrong:
        say(str(ProfileError(str(path), wrong, lines)))
        say(f"{len(wrong)} of {len(text.step)} steps differ")
        return 1
    say(f"{path.name}: {len(text.step)} steps, every byte as written")
    return 0


# ── A new one ────────────────────────────────────────────────────────────────────────────────────────────────────────
_TEMPLATE = """\
# {name}: a profile to be filled in. docs/profiles.md has the rules; `profile check` says what is missing.
profile = "{id}"
name = "{name}"
safety = "none"                 # "deadman" or "hw_timer" if the panel itself ends its light
confirm = "none"                # "status" if it says whether it is on
max_session_s = 1200

[recognise]
name = "{recognised}"
{service}characteristics = [{characteristics}]

[link]
write = "{write}"
responses = "both"
notify = [{notify}]

[[channels]]
number = 0
wavelength_nm = "owner"         # or 660, if all panels of this name have it

[start]
writes = []                     # such as "7E {{level@0 u8}} {{sum8 0:}}"

[stop]                          # the first thing to find out
writes = []
turns_off = "all"               # only if it is so: look at every light
"""


def new(given: argparse.Namespace) -> int:
    device, _records = read_recording(given.recording)
    say(template(device))
    return 0


def template(device: Device) -> str:
    """Recognised by what the device has; what it understands is for a person to find out."""
    able = {one.uuid: one.properties for one in device.characteristics if not one.hidden}
    writable = [uuid for uuid, can in able.items() if {"write", "write-without-response"} & set(can)]
    saying = [uuid for uuid, can in able.items() if {"notify", "indicate"} & set(can)]
    used = list(dict.fromkeys([*writable[:1], *saying]))
    name = "".join(letter for letter in device.name if letter.isprintable() and letter not in '"\\') or "Unknown panel"
    slug = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name.lower()).strip("-")[:30]
    return _TEMPLATE.format(
        id=f"{slug or 'panel'}-1",
        name=name,
        recognised=name.rstrip("0123456789").rstrip("-_ ") + "*",
        service=f'service = "{_short(device.services[0])}"\n' if device.services else "",
        characteristics=", ".join(f'"{_short(uuid)}"' for uuid in used),
        write=_short(writable[0]) if writable else "",
        notify=", ".join(f'"{_short(uuid)}"' for uuid in saying),
    )
