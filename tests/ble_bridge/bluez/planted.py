"""Safeguards of the system's radio, each taken out by patching what it names. Nothing in the product knows of this."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from unittest import mock

from dbus_fast import Message

from ble_bridge.radio import bleak_state, radio
from ble_bridge.radio.agent import Agent, Show
from ble_bridge.radio.bluez import BlueZ
from ble_bridge.radio.held_links import HeldLinks
from ble_bridge.radio.radio import Radio
from ble_bridge.radio.sole import Sole
from ble_bridge.radio.system_air import SystemAir
from tests.ble_bridge.bluez import scenarios
from tests.ble_bridge.bluez.stand import Stand

T = TypeVar("T")
Scenario = Callable[[Stand], Awaitable[None]]


def _no(*_: Any, **__: Any) -> None: ...


async def _never(*_: Any) -> None: ...


async def _deaf_to_deadlines(work: Coroutine[Any, Any, T], _within_s: float) -> T:
    return await work


def _already_shown(agent: Agent, show: Show) -> None:
    agent._show, agent.shown = show, True


def _yes(agent: Agent, message: Message) -> Message | None:
    agent.shown = True
    return Message.new_method_return(message) if message.interface == "org.bluez.Agent1" else None


def _never_done(stand: Stand) -> Awaitable[None]:
    return scenarios.bluetoothd_answers_nothing(stand, "Connect")


PLANTS: Final[Mapping[str, tuple[Any, str, Any, Scenario]]] = {
    "Z1_no_watch_on_the_name": (BlueZ, "_owner_changed", _no, scenarios.bluetoothd_dies),
    "Z1_no_watch_on_the_bus": (BlueZ, "_until_lost", _never, scenarios.the_bus_dies),
    "Z1_bleak_remembers": (bleak_state, "begin_anew", _no, scenarios.bluetoothd_comes_back_with_another_table),
    "Z2_no_watch_on_adapters": (BlueZ, "_removed", _no, scenarios.the_adapter_is_pulled),
    "Z2_no_watch_on_devices": (BlueZ, "_removed", _no, scenarios.the_device_vanishes),
    "Z3_no_list_of_links": (
        HeldLinks,
        "__init__",
        lambda self, _: setattr(self, "addresses", set()),
        scenarios.a_link_was_left_that_nobody_wants,
    ),
    "Z3_wanted_links_end_too": (SystemAir, "connecting", _no, scenarios.a_link_was_left_that_is_wanted),
    "Z3_ours_for_ever": (HeldLinks, "remove", _no, scenarios.another_program_links_after_us),
    "Z4_no_new_scan": (Radio, "_scan_anew", _never, scenarios.the_scan_ends_without_a_word),
    "Z5_two_at_once": (Sole, "take", _no, scenarios.a_second_bridge_comes),
    "Z7_bleak_is_waited_for": (radio, "bounded", _deaf_to_deadlines, _never_done),
    "Z8_busy_is_a_failure": (radio, "_busy", lambda _: False, scenarios.bluez_is_busy),
    "Z9_memories_are_sightings": (SystemAir, "takes", lambda *_: True, scenarios.bluez_remembers_a_device_that_is_away),
    "Z9_any_strength": (radio, "STRONGEST_DBM", 127, scenarios.the_strength_is_impossible),
    "Z16_no_passkey_is_shown": (Agent, "begin", _no, scenarios.a_passkey_is_asked_for),
    "Z17_whatever_bond_is_kept": (Agent, "begin", _already_shown, scenarios.less_than_a_passkey_is_asked_for),
    "Z17_yes_to_everything": (Agent, "asked", _yes, scenarios.a_yes_is_asked_for),
    "Z12_no_deadline_of_connecting": (radio, "CONNECT_WITHIN_S", 600.0, scenarios.services_are_never_resolved),
}


@contextmanager
def planted(bug: str) -> Iterator[Scenario]:
    """The scenario that must see it."""
    where, name, instead, scenario = PLANTS[bug]
    with mock.patch.object(where, name, instead):
        yield scenario
