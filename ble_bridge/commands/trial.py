"""`profile try`: drives a nearby panel at its lowest level and asks what the person saw. Off comes first and last."""

import argparse
import asyncio
import contextlib
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ble_bridge.commands.air import heard_for, linked, open_radio
from ble_bridge.commands.command import CommandError, say
from ble_bridge.commands.files import load
from ble_bridge.conversation import Conversation, OperationFailedError
from ble_bridge.drivers.driver import Driver, Exchange, UnfitPanelError
from ble_bridge.profiles.profile import Profile
from ble_bridge.profiles.transcript import state
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.radio import Radio, Sighting
from ble_bridge.radio.system import RadioProblemError
from ble_bridge.run_words import ChannelRange, Outcome, Report

SCAN_S: Final = 4.0
TRIAL_S: Final = 60
"""The panel's timer, where it has one; without an answer the light is turned off sooner."""
ANSWER_WITHIN_S: Final = 30.0
CONFIRM_WITHIN_S: Final = 3.0
KEEP_ALIVE_EVERY_S: Final = 1.0
OFF_TRIES: Final = 3


@dataclass(slots=True)
class Trial:
    """One panel being tried; `wrong` is what the person did not see as it should be."""

    conversation: Conversation
    driver: Driver
    reports: list[Report] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    done: int = 0
    token: int = 1

    def heard(self, report: Report) -> None:
        self.reports.append(report)

    async def order(self, what: str, make: Callable[[], Exchange | None]) -> Outcome:
        exchange = make()
        outcome: Outcome = "refused" if exchange is None else await self.conversation.exchange(exchange)
        if outcome != "ok":
            say(f"  {what}: {outcome}")
        return outcome

    async def off(self) -> bool:
        """Tried again until it is written; whether it ever was."""
        for _ in range(OFF_TRIES):
            if await self.order("off", self.driver.stop) == "ok":
                return True
        return await self.order("emergency stop", self.driver.emergency_stop) == "ok"

    async def shows(self, running: bool) -> None:
        """What the panel itself says, where it says anything."""
        if self.driver.facts.confirm == "none":
            return
        self.reports.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFIRM_WITHIN_S):
                while not self.reports or self.reports[-1].running is not running:
                    await self.conversation.read()
                    await asyncio.sleep(0.1)
        last = self.reports[-1] if self.reports else None
        said = ", ".join(f"{name} {value}" for name, value in state(last).items()) if last else "nothing"
        say(f"  It says: {said}")
        if last is None or last.running is not running:
            self.wrong.append(f"it does not say that it is {'on' if running else 'off'}: look at [[status]]")

    async def ask(self, question: str, amiss: str) -> bool:
        """Keeps the panel lit meanwhile, and not longer than a person takes to answer."""
        say(f"  {question} [y/n] ")
        answer = await self._answer()
        self.done += 1
        if not answer.lower().startswith("y"):
            self.wrong.append(amiss)
            return False
        return True

    async def _answer(self) -> str:
        line = _read_line()
        deadline_s = asyncio.get_running_loop().time() + ANSWER_WITHIN_S
        while not line.done() and asyncio.get_running_loop().time() < deadline_s:
            await asyncio.wait([line], timeout=KEEP_ALIVE_EVERY_S)
            if not line.done() and self.driver.facts.safety == "deadman":
                await self.order("keep-alive", lambda: self.driver.keep_alive(self.token))
        if not line.done():
            await self.off()
            raise CommandError(f"No answer within {ANSWER_WITHIN_S:.0f} s: turned off. Try again when you are there.")
        text = line.result()
        if not text:
            await self.off()
            raise CommandError("Nobody answers: turned off. Run it in a terminal.")
        return text


def _read_line() -> "asyncio.Future[str]":
    """A thread of its own that nobody waits for: a person who never answers must not hold up the end."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        text = sys.stdin.readline()
        with contextlib.suppress(RuntimeError):  # the command has ended meanwhile
            loop.call_soon_threadsafe(lambda: None if line.done() else line.set_result(text))

    threading.Thread(target=read, daemon=True).start()
    return line


async def attempt(given: argparse.Namespace) -> int:
    profile = load(given.profile)
    if profile.owner_names_channels and not given.wavelengths:
        raise CommandError(
            "The owner names the wavelengths of this panel: write --wavelengths, in its order, such as 630,660,850"
        )
    async with open_radio(given.radio) as radio:
        sighting = await _find(radio, profile, given.address)
        say(f"{sighting.name} at {sighting.address}, with {profile.name}.")
        say("Put on eyewear and turn the panel away from everybody. It is lit at its lowest level for some seconds a step.")
        async with linked(radio, sighting) as link:
            await _bond(radio, sighting, profile)
            async with _trial(link, profile, given.wavelengths) as trial:
                await _steps(trial)
    for text in trial.wrong:
        say(f"Not as it should be: {text}")
    say(f"{trial.done} questions, {len(trial.wrong)} not as they should be")
    return 1 if trial.wrong else 0


async def _bond(radio: Radio, sighting: Sighting, profile: Profile) -> None:
    """F48, before anything is written. Raises CommandError."""

    def show(passkey: str | None) -> None:
        if passkey is not None:
            say(f"Type this code at the panel, within half a minute: {passkey}")

    if profile.speech is None or not profile.speech.bonds:
        return
    try:
        await radio.bond(sighting.device, show)
    except RadioProblemError as error:
        raise CommandError(f"The panel has to be bonded, and is not, so nothing was written: {error}") from error


async def _find(radio: Radio, profile: Profile, address: str | None) -> Sighting:
    heard = await heard_for(radio, SCAN_S)
    fitting = [one for one in heard.values() if profile.fits_advertisement(one.service_uuids, one.name)]
    if address is not None:
        fitting = [one for one in fitting if one.address.upper() == address.upper()]
    if not fitting:
        raise CommandError(
            f"No panel that fits {profile.profile} is heard: switch it on and close the maker's app; `scan` shows what is"
        )
    if len(fitting) > 1:
        raise CommandError(f"Several fit: choose one with --address, {', '.join(one.address for one in fitting)}")
    return fitting[0]


@contextlib.asynccontextmanager
async def _trial(link: GattLink, profile: Profile, wavelengths_nm: tuple[int, ...]) -> AsyncIterator[Trial]:
    """Whatever happens, the last thing written is off. Raises CommandError."""
    if not profile.fits_table(link.characteristics()):
        raise CommandError(f"It lacks characteristics of {profile.profile}: nothing was written. `capture` shows what it has")
    trial: Trial | None = None
    try:
        driver = profile.open(await link.told(profile.recognise.information), wavelengths_nm)
        conversation = Conversation(link, driver, heard=lambda report: _told(trial, report), suspected=lambda _suspect: None)
        trial = Trial(conversation, driver)
        await conversation.open()
        yield trial
    except (UnfitPanelError, OperationFailedError) as error:
        raise CommandError(f"It does not behave as {profile.profile} says: {error}") from error
    finally:
        if trial is not None and not await asyncio.shield(trial.off()):
            say("OFF DID NOT ARRIVE: switch the panel off at the wall.")


def _told(trial: Trial | None, report: Report) -> None:
    if trial is not None:
        trial.heard(report)


async def _steps(trial: Trial) -> None:
    channels = trial.driver.facts.channels
    say("1. Off, before anything else.")
    await trial.off()
    await trial.shows(running=False)
    if not await trial.ask("Is every light of the panel off?", "off leaves a light on: look at [stop]"):
        return  # what cannot be turned off is not turned on
    for number, channel in enumerate(channels, start=2):
        say(f"{number}. {channel.wavelength_nm} nm alone, at {channel.min_pct} %.")
        if not await _one(trial, channel, channels):
            return
    say(f"{len(channels) + 2}. All together, then off.")
    await _light(trial, {one.wavelength_nm: one.min_pct for one in channels})
    await trial.ask("Are all lights on?", "not every channel lights: look at [start]")
    await _dark(trial)


async def _one(trial: Trial, channel: ChannelRange, channels: tuple[ChannelRange, ...]) -> bool:
    """False where the light does not go off again: then nothing more is lit."""
    await _light(trial, {one.wavelength_nm: one.min_pct if one is channel else 0 for one in channels})
    nm = channel.wavelength_nm
    hint = "Near infrared is invisible: look at it through a phone's camera. " if nm > 780 else ""
    await trial.ask(
        f"{hint}Is this light on, and no other?", f"{nm} nm: another light, or none: look at [[channels]] and [start]"
    )
    return await _dark(trial)


async def _light(trial: Trial, levels_pct: Mapping[int, int]) -> None:
    driver = trial.driver
    trial.token = secrets.randbelow(0xFFFF_FFFF) + 1  # a panel that remembers tokens lights none twice
    await trial.order("on", lambda: driver.start(trial.token, TRIAL_S, driver.facts.deadman_ms, levels_pct))
    await trial.shows(running=True)


async def _dark(trial: Trial) -> bool:
    await trial.off()
    await trial.shows(running=False)
    return await trial.ask("Is every light off again?", "off leaves a light on: look at [stop]")
