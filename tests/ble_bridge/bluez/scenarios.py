"""What BlueZ does to a radio; each raises AssertionError when the bridge's radio does not live with it.

The same scenario is run on the product and with its safeguard taken out (`planted`).
"""

import asyncio
import contextlib
import time
from typing import Final, Literal

import pytest

from ble_bridge.conversation import DEADLINE_S, OperationFailedError
from ble_bridge.drivers.open_panel_wire import CONTROL_POINT_UUID, INFORMATION_UUID, STATUS_UUID, Stop, encode_command
from ble_bridge.radio.radio import FAINTEST_DBM, Radio
from ble_bridge.radio.sole import TAKEN
from ble_bridge.radio.system import OFF, RadioProblemError
from tests.ble_bridge.bluez.adapter import ADDRESS, PASSKEY, TABLE
from tests.ble_bridge.bluez.faults import FAILED, IN_PROGRESS, NOT_READY
from tests.ble_bridge.bluez.stand import Stand, fails, until

AT_ONCE_S: Final = 0.4
STOP: Final = encode_command(Stop(1))


# ── Z1, Z2: what dies without a word ─────────────────────────────────────────────────────────────────────────────────
async def bluetoothd_dies(stand: Stand) -> None:
    link = await stand.link()
    stand.bluez.fault("ReadValue", silent=True)
    reading = asyncio.create_task(link.read(INFORMATION_UUID))
    await until(lambda: stand.bluez.count("ReadValue"), 1, "asked")
    await stand.bluez.die()
    await fails(reading, "lost", AT_ONCE_S)
    assert not link.connected
    assert len(stand.losses) == 1, "told once"
    assert await stand.radio.problem()
    await link.close()


async def bluetoothd_comes_back_with_another_table(stand: Stand) -> None:
    await stand.link()
    await stand.bluez.die()
    stand.bluez.linked = False
    del stand.bluez.table[STATUS_UUID]
    await stand.bluez.start()
    link = await stand.link()
    assert len(link.characteristics()) == len(TABLE) - 1, "what the old bluetoothd said is in it too"


async def the_bus_dies(stand: Stand) -> None:
    link = await stand.link()
    stand.bluez.bus.kill()
    await until(lambda: stand.losses, AT_ONCE_S, "told that the link is lost")
    assert not link.connected
    await stand.bluez.die()
    stand.bluez.linked = False
    stand.bluez.bus.start()
    await stand.bluez.start()
    assert await (await stand.link()).read(INFORMATION_UUID)
    assert len(stand.losses) == 1


async def the_adapter_is_pulled(stand: Stand) -> None:
    link = await stand.link()
    stand.bluez.unplug()
    await until(lambda: stand.losses, AT_ONCE_S, "told that the link is lost")
    assert not link.connected
    stand.bluez.plug_in()
    assert await (await stand.link()).read(INFORMATION_UUID)


async def the_device_vanishes(stand: Stand) -> None:
    link = await stand.link()
    stand.bluez.vanish()
    await until(lambda: stand.losses, AT_ONCE_S, "told that the link is lost")
    assert not link.connected


# ── Z3: links left behind ────────────────────────────────────────────────────────────────────────────────────────────
async def a_link_was_left_that_nobody_wants(stand: Stand) -> None:
    stand.left_behind(ours=True)
    radio = Radio("system", stand.folder / "links.json")
    try:
        assert await radio.problem() == ""
        await until(lambda: not stand.bluez.linked, 2, "the link is ended")
    finally:
        await radio.close()


async def a_link_was_left_that_is_wanted(stand: Stand) -> None:
    stand.left_behind(ours=True)
    radio = Radio("system", stand.folder / "links.json")
    try:
        link = await stand.link(radio)
        assert await link.read(INFORMATION_UUID)
        assert stand.bluez.count("Connect") == 0, "taken over as it is"
        await asyncio.sleep(1)
        assert stand.bluez.linked
        assert link.connected
        await link.close()
    finally:
        await radio.close()


async def a_link_of_another_program(stand: Stand) -> None:
    stand.left_behind(ours=False)
    radio = Radio("system", stand.folder / "links.json")
    try:
        assert await radio.problem() == ""
        await asyncio.sleep(1)
        assert stand.bluez.linked, "it is not ours"
    finally:
        await radio.close()


async def another_program_links_after_us(stand: Stand) -> None:
    link = await stand.link()
    await link.close()
    await asyncio.sleep(0.1)
    stand.bluez.hold()
    await asyncio.sleep(1)
    assert stand.bluez.linked, "it is not ours any more"


# ── Z4, Z5: one scanner ──────────────────────────────────────────────────────────────────────────────────────────────
async def the_scan_ends_without_a_word(stand: Stand, how: str = "bluetoothd") -> None:
    heard: list[float] = []
    async with stand.radio.listening(lambda _: heard.append(time.monotonic())):
        await until(lambda: heard, 2, "heard at first")
        if how == "bluetoothd":
            await stand.bluez.die()
            await stand.bluez.start()
        elif how == "adapter":
            stand.bluez.unplug()
            stand.bluez.plug_in()
        else:
            stand.bluez.power(on=False)
            stand.bluez.power(on=True)
        heard.clear()
        await until(lambda: len(heard) > 1, 3, "heard again")
    assert stand.bluez.scanning <= 1, "one scanner"


async def a_second_bridge_comes(stand: Stand) -> None:
    assert await stand.radio.problem() == ""
    second = Radio("system")
    try:
        assert await second.problem() == TAKEN
        await stand.radio.close()
        assert await second.problem() == "", "the first has ended"
    finally:
        await second.close()


# ── Z6: an old table ─────────────────────────────────────────────────────────────────────────────────────────────────
async def bluez_shows_an_old_table(stand: Stand) -> None:
    fresh = (await stand.link()).fingerprint()
    stand.bluez.vanish()
    stand.bluez.table = {uuid: may for uuid, may in TABLE.items() if uuid != STATUS_UUID}
    link = await stand.link()
    assert link.fingerprint() != fresh
    assert await stand.radio.forget(await stand.device())
    await link.close()
    assert (await stand.link()).fingerprint() == fresh


# ── Z7, Z8, Z12: no answer, not now, never ───────────────────────────────────────────────────────────────────────────
async def _link_and_close(stand: Stand) -> None:
    with contextlib.suppress(RadioProblemError, OperationFailedError):
        await (await stand.link()).close()


async def bluetoothd_answers_nothing(stand: Stand, member: str) -> None:
    """`stand` has deadlines of a fraction of a second."""
    stand.bluez.fault(member, silent=True)
    stand.bluez.fault("Disconnect", silent=True)
    trying = asyncio.create_task(_link_and_close(stand))
    stand.tasks.append(trying)
    await until(trying.done, 6, "held up")
    assert stand.bluez.count(member), "nothing was asked"
    stand.bluez.mend()
    stand.bluez.drop_link()
    assert await (await stand.link()).read(INFORMATION_UUID), "all is well again"


async def an_operation_is_not_answered(stand: Stand) -> None:
    link = await stand.link()
    stand.bluez.fault("WriteValue", silent=True)
    await fails(link.write(CONTROL_POINT_UUID, STOP, with_response=True), "missed", DEADLINE_S + 0.2)


async def bluez_is_busy(stand: Stand) -> None:
    scan = stand.bluez.fault("StartDiscovery", error=IN_PROGRESS, times=2)
    connect = stand.bluez.fault("Connect", error=IN_PROGRESS, times=1)
    link = await stand.link()
    write = stand.bluez.fault("WriteValue", error=IN_PROGRESS, times=5)
    await link.write(CONTROL_POINT_UUID, STOP, with_response=True)
    assert (scan.met, connect.met, write.met) == (2, 1, 5)
    stand.bluez.fault("WriteValue", error=IN_PROGRESS)
    await fails(link.write(CONTROL_POINT_UUID, STOP, with_response=True), "missed", DEADLINE_S + 0.2)


async def services_are_never_resolved(stand: Stand) -> None:
    stand.bluez.resolves = False
    await fails(stand.link(), "lost", 2.5)
    stand.bluez.mend()
    assert await (await stand.link()).read(INFORMATION_UUID)


async def connecting_fails(stand: Stand, why: str) -> None:
    """With `le-connection-abort-by-local` BlueZ has connected all the same, says bleak, and waits for a word that never comes."""
    stand.bluez.fault("Connect", error=FAILED, text=why)
    await fails(stand.link(), "lost", 4)
    stand.bluez.mend()
    assert await (await stand.link()).read(INFORMATION_UUID)


async def answers_come_late(stand: Stand) -> None:
    for member in ("StartDiscovery", "Connect", "ReadValue", "WriteValue"):
        stand.bluez.fault(member, delay_s=0.6)
    link = await stand.link()
    assert await link.read(INFORMATION_UUID)
    await link.write(CONTROL_POINT_UUID, STOP, with_response=True)
    stand.bluez.mend()
    stand.bluez.fault("WriteValue", delay_s=DEADLINE_S + 0.3, times=1)
    await fails(link.write(CONTROL_POINT_UUID, STOP, with_response=True), "missed", DEADLINE_S + 0.2)
    await asyncio.sleep(0.5)
    await link.write(CONTROL_POINT_UUID, STOP, with_response=True)


# ── Z9, Z13, Z14: what is in the air ─────────────────────────────────────────────────────────────────────────────────
async def bluez_remembers_a_device_that_is_away(stand: Stand) -> None:
    stand.bluez.in_range = False
    async with stand.radio.listening(lambda _: None):
        stand.bluez.remember()
        assert await stand.radio.find(ADDRESS, 0.5) is None, "it was not heard"
    assert stand.radio.seen == {}


async def the_strength_is_impossible(stand: Stand) -> None:
    stand.bluez.rssi_dbm = 127
    assert await stand.radio.find(ADDRESS, 2) is not None
    assert stand.radio.seen[ADDRESS].rssi_dbm == FAINTEST_DBM, "not the strongest of all"


async def the_panel_goes_and_comes(stand: Stand) -> None:
    for _ in range(3):
        link = await stand.link()
        stand.bluez.in_range = False
        stand.bluez.drop_link()
        await until(lambda link=link: not link.connected, AT_ONCE_S, "the link is lost")  # type: ignore[misc]
        await link.close()
        assert await stand.radio.find(ADDRESS, 0.3) is None
        stand.bluez.in_range = True
    assert len(stand.losses) == 3


async def bluetooth_is_switched_off(stand: Stand) -> None:
    assert await stand.radio.problem() == ""
    stand.bluez.power(on=False)
    await asyncio.sleep(0.1)
    assert await stand.radio.problem() == OFF
    stand.bluez.power(on=True)
    await asyncio.sleep(0.1)
    assert await stand.radio.problem() == ""
    stand.bluez.fault("StartDiscovery", error=NOT_READY)
    with pytest.raises(RadioProblemError, match="switched off"):
        async with stand.radio.listening(lambda _: None):
            raise AssertionError("it went well")


# ── Z16, Z17: a bond ─────────────────────────────────────────────────────────────────────────────────────────────────
async def a_passkey_is_asked_for(stand: Stand) -> None:
    stand.bluez.ask_for_bond("passkey")
    await stand.link()
    shown: list[str | None] = []
    bonding = asyncio.create_task(stand.radio.bond(await stand.device(), shown.append))
    stand.tasks.append(bonding)
    await until(lambda: shown, 2, "a passkey is shown")
    stand.bluez.typed.put_nowait(f"{PASSKEY:06d}")
    await asyncio.wait_for(bonding, 2)
    assert shown == [f"{PASSKEY:06d}", None]
    assert stand.bluez.bonded


async def less_than_a_passkey_is_asked_for(stand: Stand, how: Literal["just works", "confirmation"] = "just works") -> None:
    stand.bluez.ask_for_bond(how)
    await stand.link()
    shown: list[str | None] = []
    with contextlib.suppress(RadioProblemError):
        await stand.radio.bond(await stand.device(), shown.append)
    assert not stand.bluez.bonded, "bonded, and nobody saw a code"
    assert shown == [None]


async def a_yes_is_asked_for(stand: Stand) -> None:
    await less_than_a_passkey_is_asked_for(stand, "confirmation")
