"""`replay`: a recording read with a profile, without any radio: what each notification means, what each write says."""

import argparse
from collections.abc import Iterator

from ble_bridge.commands.command import CommandError, say
from ble_bridge.commands.files import load
from ble_bridge.commands.recording import Record, read_recording
from ble_bridge.drivers.driver import Driver, UnfitPanelError
from ble_bridge.drivers.speech import Speech
from ble_bridge.profiles.profile import Profile
from ble_bridge.profiles.transcript import state
from ble_bridge.run_words import Report


def replay(given: argparse.Namespace) -> int:
    """Exit status 1 when nothing of the recording was understood."""
    profile = load(given.profile)
    _device, records = read_recording(given.recording, given.handle)
    driver = _driver(profile, records, given.wavelengths)
    understood = 0
    for record in records:
        meaning = _meaning(record, driver, profile)
        understood += meaning is not None
        say(f"{record.t_s:9.3f}  {record.what:5}  {record.characteristic[4:8]}  {record.data.hex(' ').upper()}")
        say(f"{'':9}  {meaning if meaning is not None else 'not understood'}")
    say(f"{len(records)} records, {understood} understood")
    return 0 if understood else 1


def _driver(profile: Profile, records: list[Record], wavelengths_nm: tuple[int, ...]) -> Driver:
    wanted = profile.recognise.information
    information = next((one.data for one in records if one.what == "read" and one.characteristic == wanted), b"")
    names = list(wavelengths_nm) or ([601 + i for i, _ in enumerate(profile.speech.slots)] if profile.speech else [])
    try:
        return profile.open(information, names)
    except UnfitPanelError as error:
        raise CommandError(f"the recording does not fit {profile.profile}: {error}") from error


def _meaning(record: Record, driver: Driver, profile: Profile) -> str | None:
    if record.what == "wrote":
        return next(_orders(record, profile.speech), None) if profile.speech else None
    if record.what == "read" and record.characteristic == profile.recognise.information:
        return "information"
    said = driver.hear(record.characteristic, record.data)
    if isinstance(said, Report):
        return ", ".join(f"{name} {value}" for name, value in state(said).items())
    return "an answer" if said is not None else _sound(record, profile.speech)


def _sound(record: Record, speech: Speech | None) -> str | None:
    """A sound frame that alone is no news of the panel's state."""
    rules = [rule for rule in speech.statuses if rule.characteristic == record.characteristic] if speech else []
    found = (rule.frame.find(record.data, 0) for rule in rules)
    return next((f"{values[0]}, no state" for values in found if values), None)


def _orders(record: Record, speech: Speech) -> Iterator[str]:
    """What a write of the maker's app would be in this profile."""
    if record.characteristic != speech.write:
        return
    for name, rules in speech.orders.items():
        for frame in (frame for rule in rules for frame in rule.frames):
            found = frame.find(record.data, 0)
            if found is not None:
                yield f"a write of [{name}]" + (f": {found[0]}" if found[0] else "")
